"""Orders over HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, status
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

log = logging.getLogger(__name__)
engine = create_async_engine("sqlite+aiosqlite:///orders.db")
make_session = async_sessionmaker(engine, expire_on_commit=False)


class OrderIn(BaseModel):
    """What a customer asks for."""

    model_config = ConfigDict(extra="forbid")

    sku: str = Field(min_length=3, max_length=40)
    quantity: int = Field(gt=0, le=1000)
    tags: list[str] = []

    @field_validator("sku")
    @classmethod
    def upper_case(cls, value: str) -> str:
        """Codes are upper case."""
        if value != value.upper():
            raise ValueError("sku must be upper case")
        return value


class OrderOut(OrderIn):
    """An order with its number."""

    id: UUID = Field(default_factory=uuid4)


async def session() -> AsyncIterator[AsyncSession]:
    """One session for each request."""
    async with make_session() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]
router = APIRouter(prefix="/orders", tags=["orders"])


@router.post("", status_code=status.HTTP_201_CREATED)
async def create(order: OrderIn, db: Session) -> OrderOut:
    """Store an order."""
    made = OrderOut(**order.model_dump())
    await db.execute(
        text("INSERT INTO orders (id, sku, quantity) VALUES (:id, :sku, :quantity)"),
        {"id": str(made.id), "sku": made.sku, "quantity": made.quantity},
    )
    await db.commit()
    log.info("order %s created", made.id)
    return made


@router.get("/{order_id}")
async def read(order_id: UUID, db: Session, verbose: Annotated[bool, Query()] = False) -> dict[str, object]:
    """Find an order."""
    row = (await db.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": str(order_id)})).mappings().first()
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, detail=f"order '{order_id}' not found")
    return dict(row) if verbose else {"id": row["id"]}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Check the connection once."""
    async with engine.begin() as connection:
        await connection.execute(select(1))
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
app.include_router(router)
