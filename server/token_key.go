package server

import (
	"context"
	"crypto/rand"

	"skywatch/catalog"
)

// settings holds what the server makes up once and keeps.
var settings = catalog.Table[[]byte]{Name: "settings"}

// tokenKey returns the key that authenticates paging tokens. It is kept, so
// that a client can go on to the next page after a restart. Who reads it can
// only page through what he may read anyway.
func (s *Server) tokenKey(ctx context.Context) (key []byte, err error) {
	err = s.catalog.Update(ctx, func(tx *catalog.Tx) error {
		var ok bool
		if key, ok, err = settings.Get(tx, "paging-token-key"); ok || err != nil {
			return err
		}
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails: crypto/rand
		return settings.Put(tx, key, "paging-token-key")
	})
	return key, err
}
