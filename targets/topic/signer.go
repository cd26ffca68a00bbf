package topic

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// certificateLife is long: the key is made once, and clients keep the URL.
const certificateLife = 50 * 365 * 24 * time.Hour

// Signer signs messages and, as a Handler, serves the certificate to check
// them with. Its key is made for the first signature: that takes the time of a
// whole start, and most servers never sign.
type Signer struct {
	file string
	// pair is nil until there is a key.
	pair atomic.Pointer[keyPair]

	// mu is held while the key is made. The last signature is kept: the
	// subscribers of a message share it.
	mu                       sync.Mutex
	version, text, signature string
}

// keyPair is the key and its certificate.
type keyPair struct {
	private *rsa.PrivateKey
	// certificate is PEM; id names it in its URL.
	certificate []byte
	id          string
}

// OpenSigner reads the key and the certificate in file; they are made later
// where there is no such file.
func OpenSigner(file string) (*Signer, error) {
	s := &Signer{file: file}
	p, err := readKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	s.pair.Store(p)
	return s, err
}

func readKey(file string) (*keyPair, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("open signing key: %w", err)
	}
	p, err := parseKey(b)
	if err != nil {
		return nil, fmt.Errorf("read signing key %s: %w", file, err)
	}
	return p, nil
}

// key returns the key, made and on disk if there was none. s.mu must be held.
func (s *Signer) key() (*keyPair, error) {
	if p := s.pair.Load(); p != nil {
		return p, nil
	}
	p, err := readKey(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		p, err = makeKey(s.file)
	}
	if err != nil {
		return nil, err
	}
	s.pair.Store(p)
	return p, nil
}

func makeKey(file string) (*keyPair, error) {
	b, err := newKey()
	if err == nil {
		err = writeFile(file, b)
	}
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	return parseKey(b)
}

func newKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	begin := time.Now().Add(-time.Hour) // clocks of receivers may be behind
	form := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Skywatch topics"},
		NotBefore: begin, NotAfter: begin.Add(certificateLife), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...), nil
}

// writeFile writes a secret so that after a crash the file is whole or absent.
// KeepKey makes the key of another server, as its file has it, the key in a file.
func KeepKey(file string, b []byte) error {
	if _, err := parseKey(b); err != nil {
		return err
	}
	return writeFile(file, b)
}

func writeFile(file string, b []byte) error {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, filepath.Base(file)+".*") // only its owner may read it
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func parseKey(b []byte) (*keyPair, error) {
	private, rest := pem.Decode(b)
	if private == nil {
		return nil, errors.New("no private key")
	}
	public, _ := pem.Decode(rest)
	if public == nil {
		return nil, errors.New("no certificate")
	}
	key, err := x509.ParsePKCS8PrivateKey(private.Bytes)
	if err != nil {
		return nil, err
	}
	r, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("not an RSA key")
	}
	c, err := x509.ParseCertificate(public.Bytes)
	if err != nil {
		return nil, err
	}
	if !r.PublicKey.Equal(c.PublicKey) {
		return nil, errors.New("key and certificate do not belong together")
	}
	sum := sha256.Sum256(c.Raw)
	return &keyPair{private: r, certificate: pem.EncodeToMemory(public), id: hex.EncodeToString(sum[:16])}, nil
}

// sign returns the signature of a text: SignatureVersion 1 is RSA with SHA-1,
// as SNS has it, 2 with SHA-256.
func (s *Signer) sign(version, text string) (string, error) {
	key, known, err := s.recall(version, text)
	if err != nil || known != "" {
		return known, err
	}
	var sig []byte
	if version == "2" {
		sum := sha256.Sum256([]byte(text))
		sig, err = rsa.SignPKCS1v15(nil, key.private, crypto.SHA256, sum[:])
	} else {
		sum := sha1.Sum([]byte(text))
		sig, err = rsa.SignPKCS1v15(nil, key.private, crypto.SHA1, sum[:])
	}
	if err != nil {
		return "", fmt.Errorf("sign message: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version, s.text, s.signature = version, text, base64.StdEncoding.EncodeToString(sig)
	return s.signature, nil
}

// recall returns the key, or the last signature if it is the one that is asked
// for.
func (s *Signer) recall(version, text string) (*keyPair, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signature != "" && s.version == version && s.text == text {
		return nil, s.signature, nil
	}
	key, err := s.key()
	return key, "", err
}

// certificatePath precedes the certificate's name in its path.
const certificatePath = "/SimpleNotificationService-"

// Path is where the certificate is to be served. It is empty before the first
// signature.
func (s *Signer) Path() string {
	if p := s.pair.Load(); p != nil {
		return certificatePath + p.id + ".pem"
	}
	return ""
}

// Serves reports whether a path is the certificate's.
func (s *Signer) Serves(path string) bool {
	return strings.HasPrefix(path, certificatePath) && path == s.Path()
}

// ServeHTTP serves the certificate.
func (s *Signer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := s.pair.Load()
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
	case p == nil:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(p.certificate)
	}
}
