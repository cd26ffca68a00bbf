package main

import (
	"bufio"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the goldens")

func TestToyModels(t *testing.T) {
	t.Parallel()
	for model, o := range map[string]options{
		"model": {service: "toy", ops: []string{"Put", "Drop"}, constraints: true, enumOrder: perShape{"State": {"OFF", "ON"}}},
		"rest":  {service: "parcel", ops: []string{"Send"}, constraints: true, patterns: perShape{"Name": {"^a.*$"}}},
	} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			o.model, o.out = filepath.Join("testdata", model+".json"), t.TempDir()
			if err := run(o); err != nil {
				t.Fatal(err)
			}
			made, err := os.ReadDir(o.out)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range made {
				golden := filepath.Join("testdata", o.service, m.Name()+".golden")
				got := read(t, filepath.Join(o.out, m.Name()))
				if *rewrite {
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(string(read(t, golden)), string(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", golden, diff)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		o    options
		want string
	}{
		{"no model", options{model: "testdata/none.json"}, "no such file"},
		{"unknown operation", options{ops: []string{"Nope"}}, "no operation Nope"},
		{"recursion", options{ops: []string{"Unused"}}, "shape Big contains itself"},
		{"incomplete order", options{constraints: true, enumOrder: perShape{"State": {"ON"}}}, "State has the values"},
		{"pattern that Go cannot read", options{model: "testdata/rest.json", constraints: true}, "pattern of Name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.o.model == "" {
				tt.o.model = "testdata/model.json"
			}
			tt.o.service, tt.o.out = "toy", t.TempDir()
			if err := run(tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// The committed files are what the models say. It needs the models, which are
// not ours to keep.
func TestCommittedFilesAreCurrent(t *testing.T) {
	t.Parallel()
	if os.Getenv("BOTOCORE_DATA") == "" {
		t.Skip("BOTOCORE_DATA does not name botocore's data directory")
	}
	const dir = "../../api/wire/schemas"
	f, err := os.Open(filepath.Join(dir, "doc.go"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		args, ok := strings.CutPrefix(lines.Text(), "//go:generate go run ../../../tools/genschema ")
		if !ok {
			continue
		}
		n++
		fs := flag.NewFlagSet("genschema", flag.ContinueOnError)
		o, err := parse(fs, strings.Fields(os.ExpandEnv(args)))
		if err != nil {
			t.Fatal(err)
		}
		committed := filepath.Join(dir, o.out)
		o.out = t.TempDir()
		if err := run(o); err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadDir(o.out)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made {
			if diff := cmp.Diff(string(read(t, filepath.Join(committed, m.Name()))), string(read(t, filepath.Join(o.out, m.Name())))); diff != "" {
				t.Errorf("%s/%s (-committed +generated):\n%s", committed, m.Name(), diff)
			}
		}
	}
	if n == 0 {
		t.Error("no go:generate lines")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
