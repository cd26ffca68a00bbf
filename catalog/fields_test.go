package catalog_test

import (
	"testing"
	"time"

	"skywatch/catalog"
)

func FuzzFields(f *testing.F) {
	b := catalog.AppendInt(nil, 1, -5)
	b = catalog.AppendText(b, 2, "text")
	b = catalog.AppendTime(b, 3, time.UnixMilli(0))
	f.Add(b)
	f.Add([]byte{3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		_ = catalog.ReadFields(b, func(field int, v catalog.Value) error {
			n += len(v.String())
			if field < 0 || n > len(b) {
				t.Errorf("field %d, %d bytes out of %d", field, n, len(b))
			}
			return nil
		})
	})
}
