// A CommonJS module that hands itself out, for what is given one.
module.exports = module;
