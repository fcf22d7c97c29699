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
TIMEOUT = 10
ONE_MIB = 1024 * 1024


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
    """Its text may be logged: nothing that the provider sent is in it."""

    @property
    def log_text(self):
        return str(self)


def generate_pkce_pair():
    verifier = secrets.token_urlsafe(32)
    return PkcePair(verifier, base64url(sha256(verifier.encode()).digest()))


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
        id_token, access_token = reply["id_token"], reply["access_token"]
        return Tokens(self._verify(id_token, access_token, nonce), id_token, access_token)

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

    def _verify(self, id_token, access_token, nonce):
        keys = JWKSet.from_json(json.dumps(self._request("GET", "/.well-known/jwks.json")))
        # jwcrypto verifies the signature. It takes claims that it should not, and its errors quote them.
        claims = json.loads(JWT(jwt=id_token, key=keys, algs=["RS256"], check_claims=False).claims)
        now = time.time()
        at_hash = base64url(sha256(access_token.encode()).digest()[:16])
        verdicts = {
            "iss": claims.get("iss") == self.issuer,
            "aud": claims.get("aud") in (self.client_id, [self.client_id]),
            "exp": is_time(claims.get("exp")) and claims["exp"] > now - CLOCK_TOLERANCE,
            "iat": is_time(claims.get("iat")) and claims["iat"] < now + CLOCK_TOLERANCE,
            "nbf": "nbf" not in claims or is_time(claims["nbf"]) and claims["nbf"] < now + CLOCK_TOLERANCE,
            "nonce": claims.get("nonce") == nonce,
            "sub": isinstance(claims.get("sub"), str) and claims["sub"] != "",
            "at_hash": claims.get("at_hash", at_hash) == at_hash,
        }
        wrong = [name for name, is_right in verdicts.items() if not is_right]
        if wrong:
            raise SgidError(f"The ID token has a wrong {' and '.join(wrong)}.")
        return claims["sub"]

    def _request(self, method, path, **options):
        deadline = time.monotonic() + TIMEOUT
        with requests.request(
            method,
            self.issuer + path,
            # With none, requests sends what ~/.netrc has for the host, and in place of the access token.
            auth=lambda request: request,
            # A redirect could take the secret elsewhere.
            allow_redirects=False,
            timeout=TIMEOUT,
            stream=True,
            **options,
        ) as reply:
            if reply.status_code != 200:
                raise SgidError(f"{path} answered {reply.status_code}.")
            body = bytearray()
            # The time-out of requests begins anew with each piece that arrives: so look at each.
            for byte in reply.iter_content(1):
                body += byte
                if len(body) > ONE_MIB or time.monotonic() > deadline:
                    raise SgidError(f"{path} answered too much, or too slowly.")
        return json.loads(body)


def decrypt(token, key):
    jwe = JWE(algs=KEY_ALGORITHMS + CONTENT_ALGORITHMS)
    jwe.deserialize(token, key)
    return jwe.payload.decode("utf-8")


def parse_value(value):
    """A list or an object for text that holds one as JSON."""
    if not value.startswith(("[", "{")):
        return value
    try:
        parsed = json.loads(value)
        # Python reads NaN and Infinity, which no browser does.
        json.dumps(parsed, allow_nan=False)
        return parsed
    except (ValueError, RecursionError):
        return value


def is_time(value):
    """A number, which True is in Python, too."""
    return type(value) in (int, float)


def base64url(data):
    return urlsafe_b64encode(data).decode().rstrip("=")
