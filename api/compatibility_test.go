package api

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// Every member of an offered operation's input has a grade, and no grade is
// for a member that the model has not. Below a refused member nothing need be
// listed.
func TestEveryMemberIsGraded(t *testing.T) {
	t.Parallel()
	for service, ops := range (Rooms{}).tables() {
		for name, op := range ops {
			if op.handle == nil {
				continue
			}
			want := members(op.Input, "")
			for _, m := range want {
				if op.fields[m] == "" && !op.refusedAbove(m) {
					t.Errorf("%s %s: member %s has no grade", service.SigningName, name, m)
				}
			}
			for m := range op.fields {
				if !slices.Contains(want, m) {
					t.Errorf("%s %s: %s is no member of the model", service.SigningName, name, m)
				}
			}
			if op.test == "" {
				t.Errorf("%s %s names no test", service.SigningName, name)
			}
		}
	}
}

func (op *Operation) refusedAbove(member string) bool {
	for i := strings.LastIndex(member, "."); i > 0; i = strings.LastIndex(member[:i], ".") {
		if op.fields[member[:i]] == Refused {
			return true
		}
	}
	return false
}

func TestCompatibilityDocument(t *testing.T) {
	t.Parallel()
	var want bytes.Buffer
	if err := WriteCompatibility(&want); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../docs/compatibility.md")
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Fatalf("docs/compatibility.md is not what the table of operations says: run make generate (%v)", err)
	}
}
