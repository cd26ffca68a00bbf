package targets_test

import (
	"testing"

	"skywatch/catalog/catalogtest"
	"skywatch/targets"
)

func TestForms(t *testing.T) {
	t.Parallel()
	catalogtest.RoundTrip[targets.Delivery](t)
	catalogtest.RoundTrip[targets.Entry](t)
}
