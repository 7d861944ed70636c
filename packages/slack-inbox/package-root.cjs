// The one thing that ESM and CommonJS spell differently: where this package lies.
exports.packageRoot = __dirname
