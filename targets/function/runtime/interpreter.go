package runtime

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed bootstraps
var bootstraps embed.FS

// askInterpreter bounds how long an interpreter may take to say who it is.
const askInterpreter = 10 * time.Second

// interpreter is a program that runs handlers through a bootstrap of ours.
type interpreter struct {
	title   string   // "Python 3.11.7"
	program string   // the real one: what is on PATH may be a script
	roots   []string // directories that it reads
}

// language is a family of runtimes.
type language struct {
	prefix    string         // of runtimes' names
	names     *regexp.Regexp // the whole of them
	bootstrap string         // ours; "": the function's own
	// programs to look for on PATH, the best first.
	programs func(runtime string) []string
	// ask makes a program print its title, its real path and its roots.
	ask []string
	// arguments before the bootstrap.
	arguments func(memory int) []string
}

func languages() []language {
	return []language{
		{prefix: "provided", names: regexp.MustCompile(`^provided(\.al[0-9]{1,4})?$`)},
		{
			prefix: "python3.", names: regexp.MustCompile(`^python3\.[0-9]{1,2}$`), bootstrap: "bootstrap.py",
			programs: func(runtime string) []string { return []string{runtime, "python3"} },
			ask:      []string{"-I", "-c", "import sys; print('Python', sys.version.split()[0], sys.executable, sys.prefix, sys.base_prefix, sep='\\n')"},
			// -B: the code's directory is not ours to write to. -u: lines are in the log when written.
			arguments: func(int) []string { return []string{"-B", "-u", "-s"} },
		},
		{
			prefix: "nodejs", names: regexp.MustCompile(`^nodejs[0-9]{1,2}\.x$`), bootstrap: "bootstrap.mjs",
			programs: func(string) []string { return []string{"node"} },
			ask:      []string{"-p", "['Node.js', process.versions.node, process.execPath, path.dirname(path.dirname(process.execPath))].join('\\n')"},
			// V8 collects before the function's memory is used up.
			arguments: func(memory int) []string { return []string{"--max-old-space-size=" + strconv.Itoa(memory*9/10)} },
		},
	}
}

// interpreters finds each interpreter once, when it is first asked for.
type interpreters struct {
	mu    sync.Mutex
	known map[string]*interpreter // by program; nil: not there
}

// find looks for the program of a runtime. A python3.12 function gets
// python3.12 where that is on PATH, and else whatever python3 is.
func (i *interpreters) find(l language, runtime string) *interpreter {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, program := range l.programs(runtime) {
		found, known := i.known[program]
		if !known {
			found = look(l, program)
			i.known[program] = found
		}
		if found != nil {
			return found
		}
	}
	return nil
}

func look(l language, program string) *interpreter {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), askInterpreter)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, l.ask...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")} // version switchers need them
	out, err := cmd.Output()
	words := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(words) < 4 {
		return nil
	}
	roots := words[3:]
	if real, err := filepath.EvalSymlinks(words[2]); err == nil {
		roots = append(roots, filepath.Dir(real))
	}
	slices.Sort(roots)
	return &interpreter{title: words[0] + " " + words[1], program: words[2], roots: slices.Compact(roots)}
}

// command is how a function is started.
type command struct {
	path  string
	args  []string
	roots []string
}

// command finds how to run a runtime, or ErrRuntime.
func (r *Runner) command(s Spec) (command, error) {
	for _, l := range r.languages {
		if goruntime.GOOS != "linux" || !l.names.MatchString(s.Runtime) {
			continue
		}
		if l.bootstrap == "" {
			return command{path: filepath.Join(s.Code, "bootstrap")}, nil
		}
		if found := r.interpreters.find(l, s.Runtime); found != nil {
			args := append(l.arguments(s.Memory), filepath.Join(r.bootstrapDir(), l.bootstrap))
			return command{path: found.program, args: args, roots: found.roots}, nil
		}
	}
	return command{}, fmt.Errorf("%w: %s is not one of %s", ErrRuntime, s.Runtime, cmp.Or(strings.Join(r.Available(), ", "), "none (functions run on Linux)"))
}

// Available names the runtimes that can run here, as "provided*" and
// "python3.* (Python 3.11.7)". Interpreters are looked for on PATH when they
// are first asked for.
func (r *Runner) Available() []string {
	var list []string
	if goruntime.GOOS != "linux" {
		return nil // process_other.go
	}
	for _, l := range r.languages {
		if l.bootstrap == "" {
			list = append(list, l.prefix+"*")
		} else if found := r.interpreters.find(l, ""); found != nil {
			list = append(list, fmt.Sprintf("%s* (%s)", l.prefix, found.title))
		}
	}
	return list
}

// Check refuses a runtime that cannot run here, with ErrRuntime.
func (r *Runner) Check(runtime string) error {
	_, err := r.command(Spec{Runtime: runtime})
	return err
}

func (r *Runner) bootstrapDir() string { return filepath.Join(r.options.Dir, "bootstraps") }

// writeBootstraps lays our bootstraps where interpreters find them.
func (r *Runner) writeBootstraps() error {
	if err := os.MkdirAll(r.options.Dir, 0o700); err != nil {
		return err
	}
	if err := os.RemoveAll(r.bootstrapDir()); err != nil {
		return err
	}
	return os.CopyFS(r.options.Dir, bootstraps)
}
