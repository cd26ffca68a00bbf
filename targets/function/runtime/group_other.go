//go:build !linux

package runtime

// subtree and group are Linux's.
type (
	subtree struct{}
	group   struct{}
)

func openSubtree() (*subtree, error) { return nil, errNotLinux }

func (*subtree) leave(int) error { return nil }

func (*subtree) add(int64) (*group, error) { return nil, nil }

func (*group) outOfMemory() bool { return false }

func (*group) end() error { return nil }
