// Prepare installs what the test suite needs beside Go and says what it will
// do without. On a machine with only Go and make it prints what does not run
// and goes on; with CI=true a missing client is an error.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// client is a program that some tests drive.
type client struct {
	program string
	check   []string // a command that succeeds where the client is usable
	install []string // tried when it is not, as root on Debian
	serves  string
}

var clients = []client{
	{"gcc", []string{"gcc", "--version"}, nil, "race detector"},
	{"chromium", []string{"chromium", "--version"}, []string{"sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"}, "browser tests"},
	{"aws", []string{"aws", "--version"}, nil, "a test of the AWS CLI"},
	{"awscli", []string{"python3", "-c", "import awscli"}, nil, "AWS CLI tests"},
	{"boto3", []string{"python3", "-c", "import boto3"}, nil, "boto3 tests"},
	{"python3", []string{"python3", "--version"}, nil, "functions in Python"},
	{"node", []string{"node", "--version"}, nil, "functions in Node.js"},
	{"npm", []string{"npm", "--version"}, nil, "JavaScript SDK tests"},
}

func main() {
	ci := os.Getenv("CI") == "true"
	missing := false
	for _, c := range clients {
		if usable(c.check) {
			continue
		}
		if ci && c.install != nil && os.Geteuid() == 0 {
			fmt.Printf("prepare: installing %s\n", c.program)
			if err := run("", c.install...); err == nil && usable(c.check) {
				continue
			}
		}
		fmt.Printf("prepare: no %s here, so these do not run: %s\n", c.program, c.serves)
		missing = true
	}
	if err := javaScript(); err != nil {
		fmt.Println("prepare:", err)
		missing = true
	}
	if missing && ci {
		fmt.Println("prepare: CI=true needs all of them")
		os.Exit(1)
	}
}

// javaScript installs the packages of the JavaScript tests once.
func javaScript() error {
	const dir = "conformance/js"
	if _, err := os.Stat(filepath.Join(dir, "package.json")); err != nil || !usable([]string{"npm", "--version"}) {
		return nil
	}
	wanted, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	installed, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(wanted.ModTime()) {
		return nil
	}
	fmt.Println("prepare: installing the JavaScript SDK")
	if err := run(dir, "npm", "ci", "--silent", "--no-audit", "--no-fund"); err != nil {
		return fmt.Errorf("npm ci in %s: %w", dir, err)
	}
	return nil
}

func usable(check []string) bool {
	return exec.Command(check[0], check[1:]...).Run() == nil
}

func run(dir string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	return cmd.Run()
}
