package access_test

import (
	"errors"
	"testing"

	"skywatch/access"
)

func TestMode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mode                     access.Mode
		local, enforced, refused bool
	}{
		{mode: access.Mode{}, enforced: true, refused: true},
		{mode: access.Mode{InsecureNoAuth: true}},
		{mode: access.Mode{Keys: true}, enforced: true},
		{mode: access.Mode{Keys: true, InsecureNoAuth: true}, enforced: true},
		{mode: access.Mode{Loopback: true}, local: true},
		{mode: access.Mode{Loopback: true, InsecureNoAuth: true}, local: true},
		{mode: access.Mode{Loopback: true, Keys: true}, enforced: true},
		{mode: access.Mode{Loopback: true, Keys: true, InsecureNoAuth: true}, enforced: true},
	}
	for _, tt := range tests {
		m := tt.mode
		if m.Local() != tt.local || m.Enforced() != tt.enforced || m.Guarded() == tt.enforced ||
			errors.Is(m.Start(), access.ErrNoAuth) != tt.refused {
			t.Errorf("%+v: local %v, enforced %v, guarded %v, start %v", m, m.Local(), m.Enforced(), m.Guarded(), m.Start())
		}
	}
}
