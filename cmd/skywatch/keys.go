package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"

	"skywatch/server"
)

const keysPath = "/skywatch/v1/keys"

type keysCmd struct {
	Create createKeyCmd `cmd:"" help:"Make an access key. From the first one on, the server takes signed requests only."`
	List   listKeysCmd  `cmd:"" help:"List the access keys of the account, without their secrets."`
	Delete deleteKeyCmd `cmd:"" help:"Delete an access key: requests signed with it are refused at once."`
}

// accessKey is a key as the server shows it.
type accessKey struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string `json:",omitempty"`
	AccountID       string `json:"AccountId"`
	Description     string `json:",omitempty"`
	Created         time.Time
}

type createKeyCmd struct {
	connection  `embed:""`
	Description string `help:"What the key is for." placeholder:"TEXT"`
	JSON        bool   `name:"json" help:"Print JSON."`

	// Neither the environment nor a configuration file chooses the directory:
	// with those of a server that runs, the command is to ask that server.
	DataDir   string `help:"Make the key in the data directory of a server that does not run, such as one that has never been started." placeholder:"DIR" env:"-" config:"-" group:"Without a server:"`
	KeyFile   string `help:"The server's --key-file." placeholder:"FILE" group:"Without a server:"`
	AccountID string `help:"Account of the key." placeholder:"ID" default:"000000000000" group:"Without a server:"`
}

// Run prints the key as shell assignments, which a person can paste and a
// script can eval; what else there is to say goes to standard error.
func (c *createKeyCmd) Run(ctx context.Context, s streams) error {
	k, err := c.create(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.out, k)
	}
	_, _ = fmt.Fprintf(s.err, "Made an access key in account %s. Its secret is shown this once:\n\n", k.AccountID)
	_, err = fmt.Fprintf(s.out, "export AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\n", k.AccessKeyID, k.SecretAccessKey)
	return err
}

func (c *createKeyCmd) create(ctx context.Context) (accessKey, error) {
	if c.DataDir != "" {
		return c.createOffline(ctx)
	}
	var k accessKey
	to, err := c.dial(ctx)
	if err != nil {
		return k, err
	}
	body, err := json.Marshal(struct{ Description string }{c.Description})
	if err != nil {
		return k, err
	}
	return k, to.do(ctx, http.MethodPost, keysPath, body, &k)
}

func (c *createKeyCmd) createOffline(ctx context.Context) (accessKey, error) {
	cfg := server.DefaultConfig()
	cfg.DataDir, cfg.KeyFile, cfg.AccountID = c.DataDir, c.KeyFile, c.AccountID
	made, err := server.CreateKey(ctx, cfg, c.Description)
	if err != nil {
		return accessKey{}, err
	}
	return accessKey{made.ID, made.Secret.Reveal(), made.Account, made.Description, made.Created}, nil
}

type listKeysCmd struct {
	connection `embed:""`
	JSON       bool `name:"json" help:"Print JSON."`
}

// Run prints a table of the keys.
func (c *listKeysCmd) Run(ctx context.Context, s streams) error {
	to, err := c.dial(ctx)
	if err != nil {
		return err
	}
	var list struct{ Keys []accessKey }
	if err := to.do(ctx, http.MethodGet, keysPath, nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.out, list)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tACCOUNT\tCREATED\tDESCRIPTION")
	for _, k := range list.Keys {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.AccessKeyID, k.AccountID, k.Created.Format(time.RFC3339), k.Description)
	}
	return w.Flush()
}

type deleteKeyCmd struct {
	connection `embed:""`
	ID         string `arg:"" help:"ID of the key (AKIA…)."`
}

// Run deletes the key.
func (c *deleteKeyCmd) Run(ctx context.Context, s streams) error {
	to, err := c.dial(ctx)
	if err != nil {
		return err
	}
	if err := to.do(ctx, http.MethodDelete, keysPath+"/"+url.PathEscape(c.ID), nil, &struct{}{}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "Deleted %s.\n", c.ID)
	return err
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
