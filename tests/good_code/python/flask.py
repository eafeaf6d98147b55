"""A small web application."""

import os
from functools import wraps
from typing import Any, Callable

from flask import Flask, Response, abort, g, jsonify, render_template, request, session
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
from werkzeug.security import check_password_hash, generate_password_hash

db = SQLAlchemy()


class User(db.Model):
    """Somebody."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), unique=True, nullable=False)
    password_hash = db.Column(db.String(200), nullable=False)


def login_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only for users."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if g.get("user") is None:
            abort(401)
        return view(*args, **kwargs)

    return wrapped


def create_app(config: dict[str, object] | None = None) -> Flask:
    """Make the application."""
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(SECRET_KEY=os.environ["SECRET_KEY"], SQLALCHEMY_DATABASE_URI="sqlite:///app.db")
    app.config.update(config or {})
    db.init_app(app)

    @app.before_request
    def load_user() -> None:
        g.user = db.session.get(User, session["user_id"]) if "user_id" in session else None

    @app.post("/login")
    def login() -> Response:
        name = request.form["name"].strip()
        user = db.session.execute(db.select(User).filter_by(name=name)).scalar_one_or_none()
        if user is None or not check_password_hash(user.password_hash, request.form["password"]):
            abort(403, f"Select another name: {name}")
        session["user_id"] = user.id
        return jsonify(ok=True)

    @app.get("/users")
    @login_required
    def users() -> str:
        order = "name" if request.args.get("order") != "id" else "id"
        rows = db.session.execute(text(f"SELECT id, name FROM user WHERE id > :after ORDER BY {order}"), {"after": 0})
        return render_template("users.html", users=rows)

    @app.cli.command("add-user")
    def add_user() -> None:
        password = os.environ["NEW_PASSWORD"]
        db.session.add(User(name="a", password_hash=generate_password_hash(password)))
        db.session.commit()

    return app


if __name__ == "__main__":
    create_app().run(port=int(os.environ.get("PORT", "8000")))
