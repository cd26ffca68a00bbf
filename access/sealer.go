package access

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// A sealed secret is: format (1 byte) | fingerprint of the sealing key (8) |
// nonce (12) | ciphertext and tag. The additional data are the first two and
// the strings that the secret is bound to, each with its length in front.
const (
	sealFormat  = 1
	fingerprint = 8
)

var (
	errSealedShort   = errors.New("sealed secret is cut short or of an unknown format")
	errSealedForeign = errors.New("sealed secret was made under another key file")
	errSealedDamaged = errors.New("sealed secret is damaged or belongs to another record")
)

// Sealer encrypts secrets at rest under one SealingKey. What it seals is bound
// to a record: it opens only with the same binding.
type Sealer struct {
	aead   cipher.AEAD
	header [1 + fingerprint]byte
}

// NewSealer returns the Sealer of a key.
func NewSealer(k SealingKey) (*Sealer, error) {
	block, err := aes.NewCipher(k.bytes[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	s := &Sealer{aead: aead}
	sum := sha256.Sum256(append([]byte("skywatch sealing key\x00"), k.bytes[:]...))
	s.header[0] = sealFormat
	copy(s.header[1:], sum[:])
	return s, nil
}

// Seal encrypts a secret for the record that binding names.
func (s *Sealer) Seal(secret Secret, binding ...string) []byte {
	return s.aead.Seal(s.header[:], nil, []byte(secret.Reveal()), s.additional(binding))
}

// KeyName names the sealing key, which does not tell it: it is in everything that
// is sealed.
func (s *Sealer) KeyName() string { return hex.EncodeToString(s.header[1:]) }

// Sealed reports whether it was this Sealer's key that made sealed.
func (s *Sealer) Sealed(sealed []byte) bool {
	return bytes.HasPrefix(sealed, s.header[:])
}

// Open decrypts what Seal made for the same binding.
func (s *Sealer) Open(sealed []byte, binding ...string) (Secret, error) {
	if len(sealed) < len(s.header) || sealed[0] != sealFormat {
		return Secret{}, errSealedShort
	}
	if !s.Sealed(sealed) {
		return Secret{}, errSealedForeign
	}
	plain, err := s.aead.Open(nil, nil, sealed[len(s.header):], s.additional(binding))
	if err != nil {
		return Secret{}, errSealedDamaged
	}
	return NewSecret(string(plain)), nil
}

func (s *Sealer) additional(binding []string) []byte {
	b := bytes.Clone(s.header[:])
	for _, text := range binding {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}
