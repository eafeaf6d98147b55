// Package web serves the shop over HTTP.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// Store keeps orders.
type Store interface {
	Order(ctx context.Context, id int64) (Order, error)
}

// ErrNotFound says that there is no such order.
var ErrNotFound = errors.New("order not found")

var page = template.Must(template.New("page").Parse(`<h1>{{.}}</h1>`))

// Server answers requests.
type Server struct {
	store Store
	log   *slog.Logger
	files string
}

// Routes tells which handler serves which path.
func (s *Server) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", s.order)
	mux.HandleFunc("GET /files/{name}", s.file)
	mux.HandleFunc("GET /hello", s.hello)
	return s.logged(mux)
}

func (s *Server) order(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		http.Error(w, "id must be a number", http.StatusBadRequest)
		return
	}
	order, err := s.store.Order(r.Context(), id)
	switch {
	case errors.Is(err, ErrNotFound):
		http.NotFound(w, r)
		return
	case err != nil:
		s.log.ErrorContext(r.Context(), "select from orders where id = "+strconv.FormatInt(id, 10), "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(order); err != nil {
		s.log.WarnContext(r.Context(), "write order", "error", err)
	}
}

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !filepath.IsLocal(name) {
		http.Error(w, fmt.Sprintf("bad name %q", name), http.StatusBadRequest)
		return
	}
	http.ServeFile(w, r, filepath.Join(s.files, name))
}

func (s *Server) hello(w http.ResponseWriter, r *http.Request) {
	if err := page.Execute(w, r.FormValue("name")); err != nil {
		s.log.Warn("write page", "error", err)
	}
}

func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		s.log.Info("request", slog.String("path", r.URL.Path), slog.Duration("took", time.Since(start)))
	})
}

// Run serves until the context ends.
func Run(ctx context.Context, addr string, s *Server) error {
	server := &http.Server{Addr: addr, Handler: s.Routes(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(stop); err != nil {
			s.log.Error("shut down", "error", err)
		}
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", addr, err)
	}
	return nil
}
