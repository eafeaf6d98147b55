"""In SQL the verb of a request chooses the statement, and every noun of a list of tables gets its table."""

from __future__ import annotations

import re
import sqlite3

import pytest

from tests.code_assistant.scaffold.test_scaffold import everything, findings

STATEMENTS = {
    "Delete users who have not logged in for a year": "DELETE FROM users\nWHERE id = :id;\n",
    "Find the ten customers with the highest revenue": "FROM customers\nORDER BY revenue DESC, id\nLIMIT 10;\n",
    "Show the top 5 products by sales": "FROM products\nORDER BY sales DESC, id\nLIMIT 5;\n",
    "Find user by email": "FROM users\nWHERE email = :email\nORDER BY id;\n",
    "Add a column phone to the customers table": "ALTER TABLE customers ADD COLUMN phone TEXT;\n",
    "Write a migration that adds a quantity column to orders": "ALTER TABLE orders ADD COLUMN quantity BIGINT;\n",
    "Update the price of all products in a category": "UPDATE products\nSET price = :price\nWHERE id = :id;\n",
    "Deactivate all accounts of suspended users": "UPDATE accounts\nSET active = :active\nWHERE id = :id;\n",
    "Insert a new product": "INSERT INTO products (id, name, price)\nVALUES (:id, :name, :price);\n",
    "Create an index on orders(customer_id)": "CREATE INDEX idx_orders_customer_id ON orders (customer_id);\n",
    "Create a view of active users": "CREATE VIEW active_users AS\nSELECT\n    id,",
    "Join orders with customers": "INNER JOIN customers ON customers.id = orders.customer_id\n",
    "Count the number of orders per customer": "COUNT(*) AS amount\nFROM orders\nGROUP BY customer_id\n",
    "Write a query that returns the names of employees hired this year": "FROM employees\nWHERE",
    "Select name, price from products where price > 100": "FROM products\n",
}
TABLES = {
    "Create tables for books, authors and loans": ["books", "authors", "loans"],
    "Create users, orders and products tables": ["users", "orders", "products"],
    "Create a database schema for a blog with posts, comments and tags": ["posts", "comments", "tags"],
    "Create a table for invoices and a query for overdue ones": ["invoices"],
    "Create a users table with id and email": ["users"],
    "Create a REST API endpoint for user authentication": ["user_authentication"],
}


@pytest.mark.parametrize("request_text", STATEMENTS)
def test_the_verb_chooses_the_statement(request_text: str) -> None:
    source = everything(request_text, "sql")[0].content
    assert STATEMENTS[request_text] in source
    assert "CREATE TABLE" not in source


@pytest.mark.parametrize("request_text", STATEMENTS)
def test_a_statement_passes_every_rule_and_its_test_fails_by_design_alone(request_text: str) -> None:
    source, test, document = everything(request_text, "sql")
    assert findings(source) + findings(test) == []
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="holds = 1"):
            database.executescript(test.content)
        assert database.execute("SELECT COUNT(*) FROM assertions").fetchone() == (1,)
    finally:
        database.close()
    assert f"sqlite3 -bail test.db < {test.path}" in document.content
    assert f"< {source.path}" not in document.content


@pytest.mark.parametrize("request_text", TABLES)
def test_every_noun_that_is_listed_gets_its_table(request_text: str) -> None:
    files = everything(request_text, "sql")
    made = [re.findall(r"CREATE TABLE (\w+)", file.content) for file in files if file.path.startswith("migrations/")]
    assert [names[0] for names in made] == TABLES[request_text]
    assert [line for file in files[:-1] for line in findings(file)] == []
    assert sorted(file.path for file in files if file.path.startswith("migrations/")) == [
        f"migrations/{number:04}_create_{name}.sql" for number, name in enumerate(TABLES[request_text], start=1)
    ]


@pytest.mark.parametrize(
    "request_text", ["select x from 100", "Delete 3 from 1e9", "Join 1 with 2", "Add column 1 to 2"]
)
def test_a_number_is_no_name_of_a_table(request_text: str) -> None:
    files = everything(request_text, "sql")
    assert [line for file in files[:-1] for line in findings(file)] == []
