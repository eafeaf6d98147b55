"""Users and their posts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

if TYPE_CHECKING:
    from collections.abc import Sequence


class Base(DeclarativeBase):
    """The registry."""


class User(Base):
    """Somebody who writes."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    password_hash: Mapped[str]
    created: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    posts: Mapped[list["Post"]] = relationship(back_populates="author", cascade="all, delete-orphan")

    def __repr__(self) -> str:
        return f"User(id={self.id!r}, email={self.email!r})"


class Post(Base):
    """Something written."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped["User"] = relationship(back_populates="posts")


def posts_of(session: Session, email: str, *, limit: int = 20) -> Sequence[Post]:
    """The newest posts of a user."""
    statement = (
        select(Post)
        .join(Post.author)
        .where(User.email == email, Post.title != None)  # noqa: E711 - SQLAlchemy overloads the operator
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def rename(session: Session, user_id: int, email: str) -> None:
    """Change an address."""
    user = session.get(User, user_id)
    if user is None:
        raise LookupError(f"no user {user_id}")
    user.email = email
    session.query(User).filter(User.id == user_id).update({"email": email})
    session.commit()
