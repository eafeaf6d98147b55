//! Users over HTTP.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tracing::{info, instrument};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// There is no such user.
    #[error("user {0} not found")]
    NotFound(i64),
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, self.to_string()).into_response()
    }
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize, sqlx::FromRow)]
pub struct User {
    id: i64,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// Which users to list.
#[derive(Debug, Deserialize)]
pub struct Filter {
    name: Option<String>,
}

/// Tells which handler serves which path.
pub fn routes(pool: PgPool) -> Router {
    Router::new()
        .route("/users", get(list).post(create))
        .route("/users/{id}", get(show))
        .route("/health", post(|| async { "ok" }))
        .with_state(Arc::new(pool))
}

#[instrument(skip(pool))]
async fn show(State(pool): State<Arc<PgPool>>, Path(id): Path<i64>) -> Result<Json<User>, ApiError> {
    let user = sqlx::query_as::<_, User>("SELECT id, name, email FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(pool.as_ref())
        .await?
        .ok_or(ApiError::NotFound(id))?;
    Ok(Json(user))
}

async fn list(
    State(pool): State<Arc<PgPool>>,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<User>>, ApiError> {
    let mut query = sqlx::QueryBuilder::new("SELECT id, name, email FROM users WHERE true");
    if let Some(name) = filter.name {
        query.push(" AND name = ").push_bind(name);
    }
    let users = query.build_query_as().fetch_all(pool.as_ref()).await?;
    Ok(Json(users))
}

async fn create(State(pool): State<Arc<PgPool>>, Json(user): Json<User>) -> Result<StatusCode, ApiError> {
    info!("insert into users: id={}", user.id);
    sqlx::query("INSERT INTO users (id, name, email) VALUES ($1, $2, $3)")
        .bind(user.id)
        .bind(&user.name)
        .bind(&user.email)
        .execute(pool.as_ref())
        .await?;
    Ok(StatusCode::CREATED)
}
