package queue

import (
	"testing"

	"skywatch/catalog/catalogtest"
)

func TestForms(t *testing.T) {
	t.Parallel()
	catalogtest.RoundTrip[content](t)
	catalogtest.RoundTrip[state](t)
	catalogtest.RoundTrip[mark](t)
}
