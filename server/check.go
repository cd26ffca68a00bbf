package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/internal/durable"
	"skywatch/journal"
	"skywatch/targets/topic"
	"skywatch/tsdb"
)

// Checked is what CheckData found.
type Checked struct {
	DataDir    string
	Damage     []durable.Damage
	TimeSeries tsdb.Contents
	Catalog    map[string]catalog.Kept // by table
	Journal    journal.Contents
	Packages   int // of functions
}

// CheckData reads everything in a data directory that no server has open, and
// changes nothing. What is wrong is in the report; an error is why the rest could
// not be looked at.
func CheckData(ctx context.Context, dir string) (c Checked, err error) {
	c = Checked{DataDir: dir, Damage: []durable.Damage{}}
	if _, err := os.ReadDir(dir); err != nil {
		return c, err
	}
	for _, part := range []func(dir string) ([]durable.Damage, error){
		func(dir string) (d []durable.Damage, err error) {
			c.TimeSeries, d, err = tsdb.Check(nil, filepath.Join(dir, "tsdb"))
			return d, err
		},
		func(dir string) (d []durable.Damage, err error) {
			c.Catalog, d, err = catalog.Check(nil, filepath.Join(dir, "catalog"))
			return d, err
		},
		func(dir string) (d []durable.Damage, err error) {
			c.Journal, d, err = journal.Check(nil, filepath.Join(dir, "journal"))
			return d, err
		},
		checkFormat, checkSigner,
		func(dir string) (d []durable.Damage, err error) {
			c.Packages, d, err = checkPackages(filepath.Join(dir, packagesDir))
			return d, err
		},
	} {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		found, err := part(dir)
		if err != nil {
			return c, err
		}
		c.Damage = append(c.Damage, found...)
	}
	return c, nil
}

func damaged(path string, err error) []durable.Damage {
	if err == nil {
		return nil
	}
	return []durable.Damage{{File: path, Offset: -1, What: err.Error()}}
}

func checkFormat(dir string) ([]durable.Damage, error) {
	return damaged(filepath.Join(dir, dataFormatFile), readDataFormat(vfs.Default, dir)), nil
}

func checkSigner(dir string) ([]durable.Damage, error) {
	path := filepath.Join(dir, signerFile)
	_, err := topic.OpenSigner(path)
	return damaged(path, err), nil
}

// checkPackages holds each package against its name, which is its hash.
func checkPackages(dir string) (n int, damage []durable.Damage, err error) {
	names, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, nil
	}
	for _, name := range names {
		want, ok := strings.CutSuffix(name.Name(), packageSuffix)
		if !ok {
			continue
		}
		n++
		path := filepath.Join(dir, name.Name())
		sum, err := digestOf(path)
		if err == nil && sum != want {
			err = fmt.Errorf("its SHA-256 is %s", sum)
		}
		damage = append(damage, damaged(path, err)...)
	}
	return n, damage, err
}

func digestOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, f.Close())
}
