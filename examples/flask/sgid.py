"""A client of sgID under the names of the official SDK, with the checks that it leaves out."""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import requests
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jwt import JWT

KEY_ALGORITHMS = ["RSA-OAEP-256", "RSA-OAEP", "dir", "A128GCMKW", "A192GCMKW", "A256GCMKW"]
CONTENT_ALGORITHMS = ["A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"]
CLOCK_TOLERANCE = 60


class PkcePair(NamedTuple):
    code_verifier: str
    code_challenge: str


class AuthorizationUrl(NamedTuple):
    url: str
    nonce: str


class Tokens(NamedTuple):
    sub: str
    id_token: str
    access_token: str


class Person(NamedTuple):
    sub: str
    data: dict


class SgidError(Exception):
    pass


def generate_pkce_pair():
    verifier = secrets.token_urlsafe(32)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return PkcePair(verifier, challenge)


class SgidClient:
    def __init__(self, client_id, client_secret, private_key, redirect_uri, hostname="https://api.id.gov.sg"):
        place = urlsplit(hostname)
        if place.scheme != "https" and place.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise SgidError("The provider must be https: the client secret goes there.")
        self.client_id = client_id
        self.client_secret = client_secret
        self.private_key = JWK.from_pem(private_key.encode())
        self.redirect_uri = redirect_uri
        self.issuer = f"{place.scheme}://{place.netloc}/v2"

    def authorization_url(self, code_challenge, state, nonce, scope="openid myinfo.name"):
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
            "state": state,
            "nonce": nonce,
        }
        return AuthorizationUrl(f"{self.issuer}/oauth/authorize?{urlencode(query)}", nonce)

    def callback(self, code, code_verifier, nonce):
        reply = self._request(
            "POST",
            "/oauth/token",
            data={
                "grant_type": "authorization_code",
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "code": code,
                "code_verifier": code_verifier,
                "redirect_uri": self.redirect_uri,
            },
        )
        return Tokens(self._verify(reply["id_token"], nonce), reply["id_token"], reply["access_token"])

    def userinfo(self, sub, access_token):
        reply = self._request("GET", "/oauth/userinfo", headers={"authorization": f"Bearer {access_token}"})
        if reply["sub"] != sub:
            raise SgidError("Userinfo is about somebody else than the ID token.")
        # The scope "openid" alone brings neither key nor data.
        if not reply.get("data"):
            return Person(sub, {})
        block_key = JWK.from_json(decrypt(reply["key"], self.private_key))
        return Person(sub, {name: decrypt(value, block_key) for name, value in reply["data"].items()})

    def parseData(self, data):
        return {name: parse_value(value) for name, value in data.items()}

    def _verify(self, id_token, nonce):
        keys = JWKSet.from_json(json.dumps(self._request("GET", "/.well-known/jwks.json")))
        expected = {"iss": self.issuer, "aud": self.client_id, "nonce": nonce, "exp": None, "iat": None}
        # Raises when the signature or a claim is wrong, or the token has expired.
        token = JWT(jwt=id_token, key=keys, algs=["RS256"], check_claims=expected)
        claims = json.loads(token.claims)
        if claims["iat"] > time.time() + CLOCK_TOLERANCE:
            raise SgidError("The ID token is from the future.")
        if not isinstance(claims["sub"], str) or claims["sub"] == "":
            raise SgidError("The ID token is about nobody.")
        return claims["sub"]

    def _request(self, method, path, **options):
        # Without a time-out, requests waits forever; a redirect could take the secret elsewhere.
        reply = requests.request(method, self.issuer + path, timeout=10, allow_redirects=False, **options)
        if reply.status_code != 200:
            raise SgidError(f"{path} answered {reply.status_code}: {reply.text[:200]!r}")
        return reply.json()


def decrypt(token, key):
    jwe = JWE(algs=KEY_ALGORITHMS + CONTENT_ALGORITHMS)
    jwe.deserialize(token, key)
    return jwe.payload.decode("utf-8")


def parse_value(value):
    """A list or an object for text that holds one as JSON."""
    if not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
