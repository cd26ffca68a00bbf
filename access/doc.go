// Package access says who may speak to this server: access keys, the mode
// that decides whether signatures are enforced, and the guard that keeps web
// pages out while they are not.
//
// Start from Store (create, list, delete and look up access keys), Mode and
// GuardBrowser. Every key has all rights in its account.
//
// A key is usable once Create has returned, and useless once Delete has: both
// write the record durably first and change the memory that Lookup reads
// afterwards. Secrets are sealed at rest (Sealer, AES-256-GCM) under a key
// file that belongs outside the data directory and its backups; in memory
// they are a Secret, which no way of printing shows. All types are safe for
// concurrent use.
//
// Checking signatures is left to api/sigv4, storage to whoever implements
// Records, and the way to the operator's terminal to the API that calls this.
package access
