package tlsreload_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skywatch/server/tlsreload"
)

// pair is a self-signed certificate and its key, in PEM.
type pair struct{ cert, key []byte }

func generate(t *testing.T, name string) pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: name},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pair{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}
}

// fixture is a Certificate over two files, with a clock that stands still.
type fixture struct {
	t         *testing.T
	opts      tlsreload.Options
	cert      *tlsreload.Certificate
	log       bytes.Buffer
	now       time.Time
	modified  time.Time // moves on with each write, whatever the file system's grain
	mu        sync.Mutex
	firstPair pair
}

func open(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	f := &fixture{t: t, now: time.Now(), modified: time.Now().Add(-time.Hour), firstPair: generate(t, "first")}
	f.opts = tlsreload.Options{
		CertFile: filepath.Join(dir, "tls.crt"),
		KeyFile:  filepath.Join(dir, "tls.key"),
		Log:      slog.New(slog.NewTextHandler(&f.log, nil)),
		Now: func() time.Time {
			f.mu.Lock()
			defer f.mu.Unlock()
			return f.now
		},
	}
	f.write(f.opts.CertFile, f.firstPair.cert)
	f.write(f.opts.KeyFile, f.firstPair.key)
	var err error
	if f.cert, err = tlsreload.Open(f.opts); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) write(path string, content []byte) {
	f.t.Helper()
	f.modified = f.modified.Add(time.Second)
	if err := errors.Join(os.WriteFile(path, content, 0o600), os.Chtimes(path, f.modified, f.modified)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// handshake connects and returns the name in the certificate that was served.
func (f *fixture) handshake(max uint16) (string, error) {
	client, server := net.Pipe()
	defer func() { _ = client.Close() }()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := tls.Server(server, f.cert.Config())
		_ = s.Handshake() // the client's result tells
		_ = s.Close()
	}()
	c := tls.Client(client, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: max}) // nothing is at stake here
	err := c.Handshake()
	_ = client.Close()
	<-done
	if err != nil {
		return "", err
	}
	return c.ConnectionState().PeerCertificates[0].Subject.CommonName, nil
}

func (f *fixture) serves(want string) {
	f.t.Helper()
	if got, err := f.handshake(0); err != nil || got != want {
		f.t.Errorf("serves %q, %v, want %q", got, err, want)
	}
}

func TestReloadAtHandshake(t *testing.T) {
	t.Parallel()
	f := open(t)
	second := generate(t, "second")
	f.write(f.opts.CertFile, second.cert)
	f.write(f.opts.KeyFile, second.key)
	f.advance(999 * time.Millisecond)
	f.serves("first") // looked at within the last second
	f.advance(time.Millisecond)
	f.serves("second")
	if n := strings.Count(f.log.String(), "TLS certificate reloaded"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, &f.log)
	}
}

func TestReloadAtOnce(t *testing.T) {
	t.Parallel()
	f := open(t)
	second := generate(t, "second")
	f.write(f.opts.CertFile, second.cert)
	if err := f.cert.Reload(); err == nil {
		t.Error("a certificate with another's key was taken")
	}
	f.serves("first")
	f.write(f.opts.KeyFile, second.key)
	if err := f.cert.Reload(); err != nil {
		t.Error(err)
	}
	f.serves("second")
}

// TestHalfWritten goes through the states that a careless rotation passes: the
// old pair serves throughout, and each state is logged once.
func TestHalfWritten(t *testing.T) {
	t.Parallel()
	f := open(t)
	second := generate(t, "second")
	states := []struct {
		name string
		make func()
	}{
		{"cut", func() { f.write(f.opts.CertFile, second.cert[:40]) }},
		{"without its key", func() { f.write(f.opts.CertFile, second.cert) }},
		{"key empty", func() { f.write(f.opts.KeyFile, nil) }},
		{"key gone", func() {
			if err := os.Remove(f.opts.KeyFile); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for i, s := range states {
		s.make()
		for range 3 {
			f.advance(time.Second)
			f.serves("first")
		}
		if n := strings.Count(f.log.String(), "new TLS certificate refused"); n != i+1 {
			t.Errorf("%s: logged %d times, want %d:\n%s", s.name, n, i+1, &f.log)
		}
	}
	f.write(f.opts.KeyFile, second.key)
	f.advance(time.Second)
	f.serves("second")
}

// TestBackAgain holds that files which were gone and come back as they were
// are taken without a complaint.
func TestBackAgain(t *testing.T) {
	t.Parallel()
	f := open(t)
	if err := os.Rename(f.opts.CertFile, f.opts.CertFile+".away"); err != nil {
		t.Fatal(err)
	}
	f.advance(time.Second)
	f.serves("first")
	if err := os.Rename(f.opts.CertFile+".away", f.opts.CertFile); err != nil {
		t.Fatal(err)
	}
	f.advance(time.Second)
	f.serves("first")
	if !strings.Contains(f.log.String(), "TLS certificate reloaded") {
		t.Errorf("the way back is not in the log:\n%s", &f.log)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	f := open(t)
	for version, want := range map[uint16]bool{
		tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true,
	} {
		if _, err := f.handshake(version); (err == nil) != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	o := f.opts
	o.KeyFile = filepath.Join(t.TempDir(), "none")
	if _, err := tlsreload.Open(o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing key: %v", err)
	}
	f.write(f.opts.CertFile, []byte("nonsense"))
	if _, err := tlsreload.Open(f.opts); err == nil || !strings.Contains(err.Error(), f.opts.CertFile) {
		t.Errorf("nonsense: %v", err)
	}
}

// TestConcurrentHandshakes is for the race detector: rotation under load.
func TestConcurrentHandshakes(t *testing.T) {
	t.Parallel()
	f := open(t)
	second := generate(t, "second")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				f.advance(time.Second)
				if name, err := f.handshake(0); err != nil || name != "first" && name != "second" {
					t.Errorf("%q, %v", name, err)
				}
			}
		})
	}
	f.write(f.opts.CertFile, second.cert)
	f.write(f.opts.KeyFile, second.key)
	wg.Wait()
	f.advance(time.Second)
	f.serves("second")
}
