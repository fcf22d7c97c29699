import logging
import os
import secrets
import time
from itertools import islice
from urllib.parse import urlsplit

from flask import Flask, abort, jsonify, redirect, request

# With the official SDK: from sgid_client import SgidClient, generate_pkce_pair
from sgid import SgidClient, generate_pkce_pair

SCOPE = "openid myinfo.name myinfo.email"
ONE_HOUR = 60 * 60
REDIRECT_URI = urlsplit(os.environ["SGID_REDIRECT_URI"])
ORIGIN = f"{REDIRECT_URI.scheme}://{REDIRECT_URI.netloc}"

HOSTNAME = os.environ.get("SGID_HOSTNAME", "https://api.id.gov.sg").rstrip("/")
client = SgidClient(
    client_id=os.environ["SGID_CLIENT_ID"],
    client_secret=os.environ["SGID_CLIENT_SECRET"],
    # Some readers of .env files leave a line break as the two characters \n.
    private_key=os.environ["SGID_PRIVATE_KEY"].replace("\\n", "\n"),
    redirect_uri=os.environ["SGID_REDIRECT_URI"],
    hostname=HOSTNAME,
)

app = Flask(__name__, static_folder="public", static_url_path="")

# In the memory of this process: for production put a database in its place.
sessions = {}


def find_session():
    session = sessions.get(request.cookies.get("session"))
    return session if session and session["expires"] > time.time() else None


def begin_session(response, **session):
    """Ends the session that there is, and begins one under a new id: an id from before the login opens nothing."""
    sessions.pop(request.cookies.get("session"), None)
    session = {"attempts": {}, "expires": time.time() + ONE_HOUR, **session}
    # The oldest come first: for each new one, up to two that have expired go.
    for old in list(islice(sessions, 2)):
        if sessions.get(old, session)["expires"] < time.time():
            sessions.pop(old, None)
    session_id = secrets.token_urlsafe(32)
    sessions[session_id] = session
    secure = REDIRECT_URI.scheme == "https"
    response.set_cookie("session", session_id, max_age=ONE_HOUR, httponly=True, samesite="Lax", secure=secure)
    return session


@app.get("/login")
def log_in():
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    code_verifier, code_challenge = generate_pkce_pair()
    url, _ = client.authorization_url(code_challenge=code_challenge, state=state, nonce=nonce, scope=SCOPE)
    response = redirect(url)
    attempts = (find_session() or begin_session(response))["attempts"]
    attempts[state] = {"code_verifier": code_verifier, "nonce": nonce}
    # One for each tab; the oldest give way.
    for old in list(attempts)[:-5]:
        attempts.pop(old, None)
    return response


@app.get(REDIRECT_URI.path)
def callback():
    # Flask answers HEAD as well, and a browser may fetch in advance: neither is a person who comes back.
    if request.method != "GET" or "sec-purpose" in request.headers:
        abort(405)
    # A parameter that is there twice, or another provider: the genuine callback may still come.
    is_plain = all(len(values) == 1 for _, values in request.args.lists())
    issuer = f"{HOSTNAME}/v2"
    if not is_plain or request.args.get("iss", issuer) != issuer:
        return redirect("/?login=failed")
    attempts = (find_session() or {"attempts": {}})["attempts"]
    # Whatever comes of it, an attempt counts once.
    attempt = attempts.pop(request.args.get("state"), None)
    if attempt is None:
        return redirect("/?login=failed")
    code, error = request.args.get("code"), request.args.get("error")
    if error == "access_denied":
        return redirect("/?login=refused")
    if error is not None or not code:
        return redirect("/?login=failed")
    try:
        tokens = client.callback(code=code, **attempt)
        person = client.userinfo(sub=tokens.sub, access_token=tokens.access_token)
        claims = client.parseData(person.data)
    except Exception as error:
        # The text of any other error may quote the provider, and with it a secret.
        app.logger.error("login failed: %s", getattr(error, "log_text", type(error).__name__))
        return redirect("/?login=failed")
    response = redirect("/")
    begin_session(response, person={"sub": person.sub, "claims": claims})
    return response


@app.get("/api/person")
def show_person():
    return jsonify((find_session() or {}).get("person"))


@app.post("/api/logout")
def log_out():
    if request.headers.get("origin") != ORIGIN:
        abort(403)
    sessions.pop(request.cookies.get("session"), None)
    response = app.make_response(("", 204))
    response.delete_cookie("session")
    return response


@app.get("/")
def page():
    return app.send_static_file("index.html")


@app.after_request
def lock_down(response):
    response.headers["cache-control"] = "no-store"
    response.headers["content-security-policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["referrer-policy"] = "same-origin"
    response.headers["x-content-type-options"] = "nosniff"
    return response


if __name__ == "__main__":
    # The access log would hold the codes of callbacks.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    print(f"Open {ORIGIN}/", flush=True)
    app.run(host="localhost", port=REDIRECT_URI.port)
