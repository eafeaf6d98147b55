// Code in the manner of sqlc.

package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

const getUser = `-- name: GetUser :one
SELECT id, name, email FROM users
WHERE id = $1 LIMIT 1
`

// User is a row of users.
type User struct {
	ID    int64
	Name  string
	Email sql.NullString
}

// DBTX is a connection or a transaction.
type DBTX interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Queries runs statements.
type Queries struct{ db DBTX }

// User reads one user.
func (q *Queries) User(ctx context.Context, id int64) (User, error) {
	var u User
	err := q.db.QueryRowContext(ctx, getUser, id).Scan(&u.ID, &u.Name, &u.Email)
	if err != nil {
		return User{}, fmt.Errorf("select from users where id = %d: %w", id, err)
	}
	return u, nil
}

// Users reads several users.
func (q *Queries) Users(ctx context.Context, ids []int64, name string) (found []User, err error) {
	marks := make([]string, len(ids))
	args := make([]any, 0, len(ids)+1)
	for i, id := range ids {
		marks[i] = fmt.Sprintf("$%d", i+1)
		args = append(args, id)
	}
	query := fmt.Sprintf("SELECT id, name, email FROM users WHERE id IN (%s)", strings.Join(marks, ", "))
	if name != "" {
		args = append(args, name)
		query += fmt.Sprintf(" AND name = $%d", len(args))
	}
	query += " ORDER BY name"
	rows, err := q.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("query users: %w", err)
	}
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
	}()
	for rows.Next() {
		var u User
		if err := rows.Scan(&u.ID, &u.Name, &u.Email); err != nil {
			return nil, fmt.Errorf("scan user: %w", err)
		}
		found = append(found, u)
	}
	return found, rows.Err()
}

// Insert adds a row.
func (q *Queries) Insert(ctx context.Context, table string, columns []string, values ...any) error {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), marks)
	if _, err := q.db.ExecContext(ctx, query, values...); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

// Delete removes rows.
func (q *Queries) Delete(ctx context.Context, ids []any) error {
	_, err := q.db.ExecContext(ctx, "DELETE FROM users WHERE id IN ("+placeholders(len(ids))+")", ids...)
	return err
}

func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}
