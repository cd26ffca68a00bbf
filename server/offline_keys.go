package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/access"
	"skywatch/catalog"
)

// CreateKey makes an access key in the data directory of a server that does not
// run. It is how a server that is to listen on an open address gets its first
// key. Where a server has the directory open, it fails.
func CreateKey(ctx context.Context, cfg Config, description string) (made access.Credentials, err error) {
	if err := cfg.Validate(); err != nil {
		return made, err
	}
	if err := openDataFormat(vfs.Default, cfg.DataDir); err != nil {
		return made, err
	}
	dir := filepath.Join(cfg.DataDir, "catalog")
	db, err := catalog.Open(catalog.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return made, fmt.Errorf("%w (is a server using %s? Then ask it, without --data-dir.)", err, cfg.DataDir)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	sealer, err := openSealer(cfg.keyFile())
	if err != nil {
		return made, err
	}
	keys, err := openKeys(ctx, db, sealer)
	if err != nil {
		return made, err
	}
	return keys.Create(ctx, cfg.AccountID, description)
}
