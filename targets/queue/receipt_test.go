package queue

import "testing"

func FuzzReceipt(f *testing.F) {
	q := &record{ID: "6f1c", Generation: 2}
	f.Add(receipt{"6f1c.2", "000000000000001-1-a", "SECRET"}.String())
	f.Add(receipt{"6f1c.1", "", ""}.String())
	f.Add(receipt{"other.2", "x", "y"}.String())
	f.Add("")
	f.Add("not base64!")
	f.Fuzz(func(t *testing.T, handle string) {
		r, err := parseReceipt(handle, q)
		if err != nil {
			return
		}
		if !q.owns(r.store) {
			t.Errorf("%q is a receipt of store %q", handle, r.store)
		}
		if again, err := parseReceipt(r.String(), q); err != nil || again != r {
			t.Errorf("%q reads as %+v, written and read again as %+v, %v", handle, r, again, err)
		}
	})
}
