// Package set holds sets.
package set

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync"
)

// Set is a set of values.
type Set[T comparable] struct {
	mu     sync.RWMutex
	values map[T]struct{}
}

// Of makes a set.
func Of[T comparable](values ...T) *Set[T] {
	s := &Set[T]{values: make(map[T]struct{}, len(values))}
	for _, v := range values {
		s.values[v] = struct{}{}
	}
	return s
}

// Has tells whether the value is there.
func (s *Set[T]) Has(value T) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.values[value]
	return ok
}

// All yields the values.
func (s *Set[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		for v := range s.values {
			if !yield(v) {
				return
			}
		}
	}
}

// Sorted lists the values in order.
func Sorted[T cmp.Ordered](s *Set[T]) []T {
	return slices.Sorted(maps.Keys(s.values))
}

// Map applies f to each value.
func Map[T, U any](values []T, f func(T) U) []U {
	mapped := make([]U, len(values))
	for i, v := range values {
		mapped[i] = f(v)
	}
	return mapped
}
