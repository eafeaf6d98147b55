// Package worker runs jobs.
package worker

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Job is one piece of work.
type Job func(ctx context.Context) error

// Run starts n workers and waits for them.
func Run(ctx context.Context, n int, jobs <-chan Job) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs {
				if err := job(ctx); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Commit names the current commit of a folder.
func Commit(ctx context.Context, folder string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "git", "-C", folder, "rev-parse", "HEAD").Output()
	if err != nil {
		return "", fmt.Errorf("git rev-parse in %s: %w", folder, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// NewToken draws a token.
func NewToken() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// Pause waits a little, never twice the same.
func Pause(ctx context.Context) {
	pause := time.Duration(mrand.IntN(100)) * time.Millisecond
	slog.DebugContext(ctx, "insert into queue: pause="+pause.String())
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
}

// TLS trusts one authority.
func TLS(pem []byte) (*tls.Config, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("update trust set: no certificate")
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}
