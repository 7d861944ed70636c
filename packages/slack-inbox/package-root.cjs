// The one thing that ESM and CommonJS spell differently: where this package lies. The CommonJS build has a copy of this file.
exports.packageRoot = __dirname.replace(/[\\/]dist[\\/]cjs$/, '')
