package function_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skywatch/internal/fault"
	"skywatch/targets/function"
)

func TestBadPackages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	bomb := declared(t, function.MaxUnpacked/2+1, function.MaxUnpacked/2+1)
	liar := bytes.Replace(pack(t, file{"a", "12345", 0o644}), []byte("a"), []byte("a"), 1)
	liar = bytes.ReplaceAll(liar, []byte{5, 0, 0, 0}, []byte{4, 0, 0, 0})
	for what, zip := range map[string][]byte{
		"empty": nil, "no archive": []byte("PK"), "nothing in it": pack(t), "bomb": bomb, "large file": declared(t, function.MaxUnpacked+1), "overflow": declared(t, 1<<63, 1<<63), "lies about its size": liar,
		"leads out":              pack(t, file{"../x", "", 0o644}),
		"absolute":               pack(t, file{"/etc/x", "", 0o644}),
		"backslash":              pack(t, file{`..\x`, "", 0o644}),
		"link out":               pack(t, file{"l", "../../x", 0o777 | fs.ModeSymlink}),
		"absolute link":          pack(t, file{"l", "/etc/passwd", 0o777 | fs.ModeSymlink}),
		"device":                 pack(t, file{"d", "", 0o666 | fs.ModeDevice}),
		"a file and a directory": pack(t, file{"a", "", 0o644}, file{"a/b", "", 0o644}),
		"name too long":          pack(t, file{strings.Repeat("n", 300), "", 0o644}),
		"link to nothing":        pack(t, file{"l", "", 0o777 | fs.ModeSymlink}),
		"through a circle":       pack(t, file{"l", "l", 0o777 | fs.ModeSymlink}, file{"l/x", "", 0o644}),
		"link out by a link":     pack(t, file{"p", ".", 0o777 | fs.ModeSymlink}, file{"p/q/r", "../..", 0o777 | fs.ModeSymlink}),
		"written out by links":   pack(t, file{"p", ".", 0o777 | fs.ModeSymlink}, file{"p/q/r", "../..", 0o777 | fs.ModeSymlink}, file{"p/q/r/x", "", 0o644}),
		"damaged":                bytes.Replace(pack(t, file{"a", strings.Repeat("x", 100), 0o644}), []byte("a"), []byte("b"), 1)[:40],
	} {
		if _, err := r.Create(t.Context(), name("f"), config("f"), zip, nil, false); !fault.Is(err, fault.InvalidValue) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := r.Create(t.Context(), name("f"), config("f"), make([]byte, function.MaxPackage+1), nil, false); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too large: %v", err)
	}
}

// declared is an archive of files that say that they have these sizes.
func declared(t *testing.T, sizes ...uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, size := range sizes {
		_, err := w.CreateRaw(&zip.FileHeader{Name: string(rune('a' + i)), Method: zip.Deflate, UncompressedSize64: size})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A link through a link writes nothing outside.
func TestLinksStayInside(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	zip := pack(t, file{"d/e/in", "x", 0o644}, file{"l", "d/e", 0o777 | fs.ModeSymlink}, file{"l/new", "y", 0o644})
	if _, err := r.Create(t.Context(), name("f"), config("f"), zip, nil, false); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Invoke(t.Context(), function.Call{Name: name("f")}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(r.runner.specs[0].Code, "d/e/new")); err != nil || string(b) != "y" {
		t.Errorf("%q %v", b, err)
	}
}

// Packages that no version has are swept, those in use are not.
func TestSweep(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		stored := func() int {
			all, err := filepath.Glob(filepath.Join(r.dir, "*.zip"))
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		r.create("f")
		r.create("g") // the same package
		other := pack(t, file{"bootstrap", "#!/bin/sh\n# 2\n", 0o755})
		if _, err := r.UpdateCode(t.Context(), name("f"), function.NewCode{Zip: other}); err != nil {
			t.Fatal(err)
		}
		wait(t, func() bool { return stored() == 2 })
		if err := r.Delete(t.Context(), name("f"), ""); err != nil {
			t.Fatal(err)
		}
		wait(t, func() bool { return stored() == 1 })
		if _, err := r.Invoke(t.Context(), function.Call{Name: name("g")}); err != nil {
			t.Error(err)
		}
	})
}

// FuzzUnpack: no archive writes outside, crashes, or is unpacked beyond bounds.
func FuzzUnpack(f *testing.F) {
	f.Add(pack(f, file{"a/b", "x", 0o755}, file{"l", "a", 0o777 | fs.ModeSymlink}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, zip []byte) {
		dir := t.TempDir()
		p, err := function.OpenPackages(filepath.Join(dir, "in"))
		if err != nil {
			t.Fatal(err)
		}
		r := newRig(t, func(o *function.Options) { o.Packages = p })
		if _, err := r.Create(t.Context(), name("f"), config("f"), zip, nil, false); err == nil {
			if _, err := r.Invoke(t.Context(), function.Call{Name: name("f")}); err != nil {
				t.Fatalf("taken and not run: %v", err)
			}
		}
		all, err := os.ReadDir(dir)
		if err != nil || len(all) != 1 {
			t.Fatalf("%v %v", all, err)
		}
	})
}
