package set

import (
	"context"
	"errors"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		query   string
		want    string
		wantErr error
	}{
		{name: "select", query: "SELECT a FROM t WHERE b = '1'", want: "a"},
		{name: "delete", query: "delete from t where name = 'x'", wantErr: errors.ErrUnsupported},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse(context.Background(), tt.query)
			if !errors.Is(err, tt.wantErr) {
				t.Fatalf("parse(%q) error = %v, want %v", tt.query, err, tt.wantErr)
			}
			if got != tt.want {
				t.Errorf("select a from t where b = " + got)
			}
		})
	}
}

func TestServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	token := rand.Int()
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Log(token, path)
}
