package runtime

import (
	"net"
	"os"
	"strconv"
	"testing"
)

type ends struct {
	net.Conn
	local, remote *net.TCPAddr
}

func (e ends) LocalAddr() net.Addr { return e.local }

func (e ends) RemoteAddr() net.Addr { return e.remote }

func TestPeer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := ownedListener{l}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if uid := owner(server); uid != strconv.Itoa(os.Geteuid()) {
		t.Errorf("owner %q", uid)
	}
	nobody := ends{local: l.Addr().(*net.TCPAddr), remote: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}}
	if uid := owner(nobody); uid != "" || ours(nobody) {
		t.Errorf("owner %q of no connection", uid)
	}
	_, _, _ = client.Close(), server.Close(), l.Close()
}
