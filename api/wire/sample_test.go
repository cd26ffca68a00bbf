package wire

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// Every recorded request of a real client means what the golden says.
func TestSamples(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	datadriven.RunTest(t, "testdata/samples", func(t *testing.T, d *datadriven.TestData) string {
		name := d.CmdArgs[0].Key
		seen[name+".http"] = true
		return decodeSample(t, filepath.Join(samplesDir, name+".http"))
	})
	files, err := os.ReadDir(samplesDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if filepath.Ext(f.Name()) == ".http" && !seen[f.Name()] {
			t.Errorf("testdata/samples has no %s", f.Name())
		}
	}
}

func decodeSample(t *testing.T, path string) string {
	r := readSample(t, path)
	op, ok := testOperations(t, r.service)[r.operation]
	if !ok {
		t.Fatalf("%s: no operation %q", path, r.operation)
	}
	in := op.newInput()
	if err := r.protocol.Decode(&op.Operation, &r.Request, in); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return fmt.Sprintf("%s %s\n%s", r.protocol, r.operation, dump(in))
}
