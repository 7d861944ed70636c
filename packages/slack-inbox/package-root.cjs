// The path of this package, which ESM and CommonJS determine differently.
exports.packageRoot = __dirname
