package wire_test

import (
	"net/url"
	"testing"

	"skywatch/api/wire"
)

func TestSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		protocol wire.Protocol
		body     string
	}{
		{wire.JSON10, `{"Zero":0,"Null":null,"Inner":{"Absent":1}}`},
		{wire.Query, "Action=X&Zero=0&Null="},
		{wire.CBOR, "\xbf\x64Zero\x00\x64Null\xf6\xff"},
	} {
		r := &wire.Request{Body: []byte(c.body), Form: url.Values{}}
		if c.protocol == wire.JSON10 {
			r.Body = []byte(`{"Zero":0,"Null":null,"Inner":{"Absent":1},"List":[{},{"Zero":0,"Null":null}]}`)
			for path, want := range map[string]bool{"List.0.Zero": false, "List.1.Zero": true, "List.1.Null": false, "List.2.Zero": false, "None.0.Zero": false, "Inner.0.Zero": false} {
				if got := c.protocol.Sent(r, path); got != want {
					t.Errorf("%s sent %v", path, got)
				}
			}
		}
		for member, want := range map[string]bool{"Zero": true, "Null": false, "Absent": false} {
			if got := c.protocol.Sent(r, member); got != want {
				t.Errorf("%v: %s sent %v", c.protocol, member, got)
			}
		}
	}
}
