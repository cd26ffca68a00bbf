// Gendocs writes the documents that are made from code. Run it with make
// generate.
package main

import (
	"bytes"
	"io"
	"log"
	"os"

	"skywatch/api"
	"skywatch/server"
)

func main() {
	for path, write := range map[string]func(io.Writer) error{
		"docs/compatibility.md": api.WriteCompatibility,
		"docs/configuration.md": server.WriteConfiguration,
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
