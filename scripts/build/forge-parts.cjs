'use strict';
// What of node-forge is used: ASN.1, certificates and SHA-256. The whole of it, with TLS and SSH, is more than twice as large.
require('node-forge/lib/asn1');
require('node-forge/lib/sha256');
require('node-forge/lib/x509');

module.exports = require('node-forge/lib/forge');
