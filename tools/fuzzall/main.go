// Fuzzall runs every fuzz target of the module for a given time, one after the
// other, and says which of them found something.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
)

func main() {
	time := flag.String("time", "30s", "time for each target")
	flag.Parse()
	out, err := exec.Command("go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...").Output()
	if err != nil {
		log.Fatal(err)
	}
	failed := 0
	for _, pkg := range strings.Fields(string(out)) {
		targets, err := exec.Command("go", "test", "-list", "^Fuzz", pkg).Output()
		if err != nil {
			log.Fatalf("list targets of %s: %v", pkg, err)
		}
		for _, target := range strings.Fields(string(targets)) {
			if !strings.HasPrefix(target, "Fuzz") {
				continue
			}
			fmt.Printf("fuzz %s %s\n", pkg, target)
			cmd := exec.Command("go", "test", "-run", "^$", "-fuzz", "^"+target+"$", "-fuzztime", *time, pkg)
			cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
			if err := cmd.Run(); err != nil {
				failed++
			}
		}
	}
	if failed > 0 {
		log.Fatalf("%d targets found something", failed)
	}
}
