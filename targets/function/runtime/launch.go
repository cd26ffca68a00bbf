package runtime

import "os"

// launch is what it takes to start a process.
type launch struct {
	path   string
	args   []string // without the program's name
	env    []string
	dir    string   // working directory
	output *os.File // stdout and stderr
	limits limits
	access access
	group  *group // nil: none of its own
}

// limits are those that depend on the function.
type limits struct {
	memory int64 // bytes, of the function
}

// access is the files that an environment reaches, where Landlock is.
type access struct {
	readable []string // and executable
	writable []string
}
