package pattern

import "strings"

// pathNode is a step of the paths that the patterns of a set name: the reader
// of events walks it along with the event. It is persistent, like trie.
type pathNode struct {
	name   string // of this step
	id     int32  // of the path that ends here, noPath if none does
	seed   uint64 // of the keys of the path
	probes *probes
	few    []*pathNode        // up to maxListed children
	many   *trie[[]*pathNode] // more of them, by hash of their names
}

const noPath = -1

func (n *pathNode) hasChildren() bool { return len(n.few) > 0 || n.many != nil }

// child finds the step called name.
func (n *pathNode) child(h hasher, name string) *pathNode {
	for _, c := range n.few {
		if c.name == name {
			return c
		}
	}
	if n.many == nil {
		return nil
	}
	same, _ := n.many.get(h.text(name))
	for _, c := range same {
		if c.name == name {
			return c
		}
	}
	return nil
}

// with returns the tree in which the node at path is what change makes of it;
// change gets an empty node if there is none. Nodes that come out empty are
// dropped.
func (n *pathNode) with(h hasher, path string, change func(*pathNode)) *pathNode {
	name, rest, deeper := strings.Cut(path, ".")
	old := n.child(h, name)
	var c pathNode
	if old != nil {
		c = *old
	} else {
		c = pathNode{name: strings.Clone(name), id: noPath}
	}
	changed := &c
	if deeper {
		changed = c.with(h, rest, change)
	} else {
		change(&c)
	}
	if changed.id == noPath && !changed.hasChildren() {
		changed = nil
	}
	return n.replace(h, old, changed)
}

// replace returns a copy of n in which the child old is changed; either may be
// nil.
func (n *pathNode) replace(h hasher, old, changed *pathNode) *pathNode {
	c := *n
	if n.many == nil {
		c.few = replaced(n.few, old, changed)
		if len(c.few) > maxListed {
			for _, child := range c.few {
				c.add(h, child)
			}
			c.few = nil
		}
		return &c
	}
	if old == nil {
		c.add(h, changed)
		return &c
	}
	key := h.text(old.name)
	same, _ := n.many.get(key)
	if same = replaced(same, old, changed); len(same) == 0 {
		c.many = n.many.without(key)
	} else {
		c.many = n.many.with(key, same)
	}
	return &c
}

func (n *pathNode) add(h hasher, child *pathNode) {
	key := h.text(child.name)
	same, _ := n.many.get(key)
	n.many = n.many.with(key, inserted(same, len(same), child))
}

// replaced returns s with changed in old's place.
func replaced(s []*pathNode, old, changed *pathNode) []*pathNode {
	if old == nil {
		if changed == nil {
			return s
		}
		return inserted(s, len(s), changed)
	}
	for i, c := range s {
		if c != old {
			continue
		}
		s = removed(s, i)
		if changed != nil {
			s = inserted(s, i, changed)
		}
		break
	}
	return s
}
