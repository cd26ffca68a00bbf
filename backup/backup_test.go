package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"skywatch/internal/durable"
)

var known = map[string]int{"store": 3}

// house is a directory with files of some kinds.
func house(t *testing.T) (vfs.FS, map[string]string) {
	t.Helper()
	fs, files := vfs.NewMem(), map[string]string{
		"FORMAT": "1\n", "a/empty": "", "a/b/c.log": strings.Repeat("record", 300), "z.zip": "\x00\x01", "long/" + strings.Repeat("n", 120): "x",
	}
	for name, text := range files {
		if err := fs.MkdirAll(fs.PathDir("from/"+name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := durable.WriteFile(fs, "from/"+name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return fs, files
}

func written(t *testing.T, fs vfs.FS) []byte {
	t.Helper()
	var b bytes.Buffer
	about := Manifest{Program: "test", Taken: time.Unix(1_700_000_000, 0).UTC(), Stores: map[string]int{"store": 3}, SealingKey: "ab"}
	if err := Write(context.Background(), &b, fs, "from", about); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tree returns what is below a directory; nil: it is not there.
func tree(t *testing.T, fs vfs.FS, dir string) map[string]string {
	t.Helper()
	if _, err := fs.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	out := map[string]string{}
	if err := walk(fs, dir, "", func(path, name string, _ int64) error {
		b, err := durable.ReadFile(fs, path)
		out[name] = string(b)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func restore(fs vfs.FS, b []byte) (Manifest, error) {
	return Restore(context.Background(), bytes.NewReader(b), Options{FS: fs, Dir: "base/to", Known: known})
}

func TestRestoreMakesWhatWasBackedUp(t *testing.T) {
	t.Parallel()
	from, files := house(t)
	b := written(t, from)
	to := vfs.NewMem()
	if err := to.MkdirAll("base/to", 0o700); err != nil { // an empty one is fine
		t.Fatal(err)
	}
	m, err := restore(to, b)
	if err != nil {
		t.Fatal(err)
	}
	if got := tree(t, to, "base/to"); fmt.Sprint(got) != fmt.Sprint(files) {
		t.Errorf("restored %q, want %q", got, files)
	}
	if m.Program != "test" || m.SealingKey != "ab" || len(m.Files) != len(files) || m.Format != Format {
		t.Errorf("manifest is %+v", m)
	}
	if v, err := Verify(context.Background(), bytes.NewReader(b)); err != nil || fmt.Sprint(v) != fmt.Sprint(m) {
		t.Errorf("verified %+v, %v", v, err)
	}
	if _, err := restore(to, b); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("restored over data: %v", err)
	}
	if names, _ := to.List("base"); !slices.Equal(names, []string{"to"}) {
		t.Errorf("beside it is %q", names)
	}
}

// A backup that was changed anywhere, or cut, is refused, and nothing is left.
// What tar does not read (padding, times, owners) makes no difference.
func TestDamagedBackupsAreRefused(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	from, files := house(t)
	b := written(t, from)
	detected := 0
	for range 400 {
		bad := slices.Clone(b)
		bit := r.IntN(len(bad) * 8)
		bad[bit/8] ^= 1 << (bit % 8)
		detected += holds(t, bad, files, fmt.Sprintf("bit %d flipped", bit), false)
	}
	if detected < 100 { // the files' bytes, names and sizes are more than a quarter
		t.Errorf("only %d of 400 flips were detected", detected)
	}
	end := len(b) - 1024 - 512 + 80 // behind it is padding
	for at := 0; at < end; at += 97 {
		holds(t, b[:at], files, fmt.Sprintf("cut at %d", at), true)
	}
}

func holds(t *testing.T, b []byte, files map[string]string, what string, must bool) (detected int) {
	t.Helper()
	to := vfs.NewMem()
	_, err := restore(to, b)
	switch got := tree(t, to, "base/to"); {
	case err == nil && must:
		t.Errorf("%s: restored", what)
	case err == nil && fmt.Sprint(got) != fmt.Sprint(files):
		t.Errorf("%s: restored %q", what, got)
	case err != nil && got != nil:
		t.Errorf("%s: it left %q with %v", what, got, err)
	}
	if err == nil {
		return 0
	}
	if names, _ := to.List("base"); len(names) > 0 {
		t.Errorf("%s: it left %q", what, names)
	}
	return 1
}

// forge writes a tar file of names and texts.
func forge(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := writer{tar.NewWriter(&b), time.Time{}}
	for i := 0; i < len(entries); i += 2 {
		if err := w.text(entries[i], []byte(entries[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestForgedBackupsAreRefused(t *testing.T) {
	t.Parallel()
	whole := func(manifest string, files ...string) []byte {
		entries := append([]string{formatName, formatText(Format)}, files...)
		return forge(t, append(entries, manifestName, manifest, sumName, sumText([]byte(manifest)))...)
	}
	for want, b := range map[string][]byte{
		"format 2, written by a newer version":                 forge(t, formatName, formatText(2)),
		"not a backup of Skywatch":                             forge(t, formatName, "other\n"),
		"where FORMAT belongs":                                 forge(t, "data/x", "x"),
		"no tar file":                                          []byte(strings.Repeat("no tar file", 100)),
		`"data/../../etc/x", which is no file`:                 whole("{}", "data/../../etc/x", "x"),
		`"data//etc/x", which is no file`:                      whole("{}", "data//etc/x", "x"),
		`"/etc/x", which is no file`:                           whole("{}", "/etc/x", "x"),
		"does not have x":                                      whole(`{}`, "data/x", "x"),
		"x is missing":                                         whole(`{"Files":[{"Name":"x"}]}`),
		"has x twice":                                          whole(`{}`, "data/x", "x", "data/x", "x"),
		"x has 1 bytes":                                        whole(`{"Files":[{"Name":"x","Bytes":1,"SHA256":"00"}]}`, "data/x", "x"),
		"manifest of the backup is damaged: its checksum":      forge(t, formatName, formatText(1), manifestName, "{}", sumName, "00"),
		"manifest of the backup is damaged: unexpected end":    whole("{"),
		"store has format 4, written by a newer":               whole(`{"Stores":{"store":4}}`),
		"something behind its manifest":                        append(bytes.TrimRight(whole("{}"), "\x00"), forge(t, "more", "")...),
		"another has format 1, written by a newer version of ": whole(`{"Stores":{"another":1}}`),
	} {
		to := vfs.NewMem()
		if strings.HasPrefix(want, "something behind") {
			b = forge(t, formatName, formatText(1), manifestName, "{}", sumName, sumText([]byte("{}")), "data/x", "x")
		}
		if _, err := restore(to, b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
		if got := tree(t, to, "base/to"); got != nil {
			t.Errorf("%s: it left %q", want, got)
		}
	}
}

// Wherever a crash falls, the directory is not there, empty as before, or whole;
// and the next restore makes it.
func TestCrashesOfARestoreLeaveNothingHalf(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	from, files := house(t)
	b := written(t, from)
	disk := vfs.NewCrashableMem()
	var crashes []*vfs.MemFS
	fs := errorfs.Wrap(disk, errorfs.InjectorFunc(func(errorfs.Op) error {
		crashes = append(crashes, disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: r.IntN(101), RNG: r}))
		return nil
	}))
	if _, err := restore(fs, b); err != nil {
		t.Fatal(err)
	}
	crashes = append(crashes, disk.CrashClone(vfs.CrashCloneCfg{}))
	whole := 0
	for i, after := range crashes {
		got := tree(t, after, "base/to")
		if len(got) > 0 {
			whole++
			if fmt.Sprint(got) != fmt.Sprint(files) {
				t.Fatalf("crash %d left %q", i, got)
			}
			continue
		}
		if _, err := restore(after, b); err != nil {
			t.Fatalf("crash %d: %v", i, err)
		}
		if got := tree(t, after, "base/to"); fmt.Sprint(got) != fmt.Sprint(files) {
			t.Fatalf("crash %d: restored %q", i, got)
		}
	}
	if whole == 0 || whole == len(crashes) || len(tree(t, crashes[len(crashes)-1], "base/to")) == 0 {
		t.Errorf("%d of %d crashes left it whole; the last must", whole, len(crashes))
	}
}

// Whatever call to the disk fails, the error is told and nothing is half.
func TestErrorsOfTheDiskLeaveNothingHalf(t *testing.T) {
	t.Parallel()
	from, files := house(t)
	b := written(t, from)
	for n := 0; ; n++ {
		disk, calls := vfs.NewMem(), 0
		fs := errorfs.Wrap(disk, errorfs.InjectorFunc(func(errorfs.Op) error {
			if calls++; calls == n+1 {
				return errorfs.ErrInjected
			}
			return nil
		}))
		_, err := restore(fs, b)
		got := tree(t, disk, "base/to")
		if len(got) > 0 && fmt.Sprint(got) != fmt.Sprint(files) {
			t.Fatalf("call %d failed: left %q", n, got)
		}
		if err == nil && len(got) == 0 {
			t.Fatalf("call %d failed, unsaid", n)
		}
		if calls <= n {
			return
		}
	}
}

func TestOnlyOneRestoreIsAtWork(t *testing.T) {
	t.Parallel()
	from, _ := house(t)
	b := written(t, from)
	dir := t.TempDir()
	other := make(chan error, 1)
	r, w := io.Pipe()
	o := Options{FS: vfs.Default, Dir: dir + "/to", Known: known}
	go func() {
		_, err := Restore(context.Background(), r, o)
		other <- err
	}()
	if _, err := w.Write(b[:2000]); err != nil { // it is at work by then
		t.Fatal(err)
	}
	if _, err := Restore(context.Background(), bytes.NewReader(b), o); err == nil || !strings.Contains(err.Error(), "another restore") {
		t.Errorf("two at once: %v", err)
	}
	if _, err := w.Write(b[2000:]); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), <-other); err != nil {
		t.Fatal(err)
	}
}
