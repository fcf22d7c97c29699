'use strict';
// What of node-forge is used: ASN.1, PKI and SHA-256. The whole of it, with TLS and SSH, is nearly twice as large.
require('node-forge/lib/asn1');
require('node-forge/lib/sha256');
require('node-forge/lib/pki');

module.exports = require('node-forge/lib/forge');
