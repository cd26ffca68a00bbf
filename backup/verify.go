package backup

import (
	"context"
	"io"
)

// Verify reads a backup to its end and returns its manifest if all is as that
// says. It keeps nothing.
func Verify(ctx context.Context, r io.Reader) (Manifest, error) {
	u := unpacker{ctx: ctx}
	m, err := u.unpack(r)
	if err == nil {
		_, err = io.Copy(io.Discard, r) // what tar has behind its end
	}
	return m, err
}
