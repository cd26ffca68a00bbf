package server

import (
	"context"

	"skywatch/access"
	"skywatch/catalog"
)

// keyTable holds the access keys, their secrets sealed.
var keyTable = catalog.Table[access.Record]{Name: "access-keys"}

// keyRecords keeps access keys in the catalog.
type keyRecords struct{ db *catalog.DB }

// Put implements access.Records.
func (k keyRecords) Put(ctx context.Context, r access.Record) error {
	return k.db.Update(ctx, func(tx *catalog.Tx) error { return keyTable.Put(tx, r, r.ID) })
}

// Delete implements access.Records.
func (k keyRecords) Delete(ctx context.Context, id string) error {
	return k.db.Update(ctx, func(tx *catalog.Tx) error { return keyTable.Delete(tx, id) })
}

// All implements access.Records.
func (k keyRecords) All(context.Context) ([]access.Record, error) {
	var all []access.Record
	err := k.db.View(func(r catalog.Reader) error {
		return keyTable.Scan(r, catalog.Range{}, func(_ []string, rec access.Record) (bool, error) {
			all = append(all, rec)
			return true, nil
		})
	})
	return all, err
}

// openSealer returns what seals secrets at rest under a key file.
func openSealer(keyFile string) (*access.Sealer, error) {
	key, err := access.LoadOrCreateKeyFile(keyFile)
	if err != nil {
		return nil, err
	}
	return access.NewSealer(key)
}

// sealing seals the secrets of rooms that do not know access.
type sealing struct{ *access.Sealer }

// Seal encrypts a secret for the record that binding names.
func (s sealing) Seal(secret string, binding ...string) []byte {
	return s.Sealer.Seal(access.NewSecret(secret), binding...)
}

// Open decrypts what Seal made for the same binding.
func (s sealing) Open(sealed []byte, binding ...string) (string, error) {
	secret, err := s.Sealer.Open(sealed, binding...)
	return secret.Reveal(), err
}

// openKeys opens the access keys of a catalog.
func openKeys(ctx context.Context, db *catalog.DB, sealer *access.Sealer) (*access.Store, error) {
	return access.Open(ctx, access.Options{Records: keyRecords{db}, Sealer: sealer})
}
