// Backtestdocs back-tests alarms on the 17 series of the Numenta Anomaly Benchmark
// that CloudWatch recorded on real machines, and writes what they would have done
// into docs/backtest.md, with a picture of each series.
//
// The series are below the folder that SKYWATCH_TEST_DATA names, or beside the
// checkout; they are not part of the repository.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	data := flag.String("data", dataFolder(), "folder of the series")
	out := flag.String("docs", "docs", "folder of the documents")
	flag.Parse()
	if err := write(context.Background(), *data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "backtestdocs:", err)
		os.Exit(1)
	}
}

// dataFolder is where the series are, from the root of the checkout.
func dataFolder() string {
	dir := os.Getenv("SKYWATCH_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "shared", "data")
	}
	return filepath.Join(dir, "nab-aws-cloudwatch")
}

// write tries all alarms and writes the documents.
func write(ctx context.Context, data, docs string) error {
	files, err := documents(ctx, data, docs)
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(docs, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// page is the document that the table goes into, between its marks.
const page = "backtest.md"

// documents returns the page with its table, and the pictures, by their names below
// docs.
func documents(ctx context.Context, data, docs string) (map[string][]byte, error) {
	results, err := tryAll(ctx, data)
	if err != nil {
		return nil, err
	}
	old, err := os.ReadFile(filepath.Join(docs, page))
	if err != nil {
		return nil, err
	}
	text, err := insert(string(old), table(results))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{page: []byte(text)}
	for _, r := range results {
		files[r.picture()] = draw(r)
	}
	return files, nil
}
