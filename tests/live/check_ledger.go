// Command check_ledger checks a Muhr ledger with code that is not Muhr's: the signed notes and
// transparent logs of golang.org/x/mod, which guard the Go checksum database.
//
// It reads one job from standard input as JSON and prints a line for each part of it, "ok" or
// "refused" and why. Exit status: 0 everything holds; 1 something was refused; 2 not a job.
//
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build check_ledger.go, with Debian's packages
// golang-go and golang-golang-x-mod-dev.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type job struct {
	VerifierKey string       `json:"verifier_key"`
	Checkpoint  string       `json:"checkpoint"`   // signed note
	Included    []included   `json:"included"`     // entries with their proofs
	Consistent  []consistent `json:"consistent"`   // older trees with their proofs
	WholeLedger *[][]byte    `json:"whole_ledger"` // every entry in order, or null
}

type included struct {
	Entry []byte   `json:"entry"` // base64 in JSON
	Index int64    `json:"index"`
	Proof []string `json:"proof"` // hexadecimal, leaf upward
}

type consistent struct {
	OldSize int64    `json:"old_size"`
	OldRoot string   `json:"old_root"`
	Proof   []string `json:"proof"`
}

type checkpoint struct {
	size int64
	root tlog.Hash
}

func main() {
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	var given job
	if err := decoder.Decode(&given); err != nil {
		fmt.Fprintln(os.Stderr, "not a job:", err)
		os.Exit(2)
	}
	if !check(given) {
		os.Exit(1)
	}
}

// check prints a line for each part of the job and returns whether all of them hold.
func check(given job) bool {
	good := true
	report := func(part string, err error) {
		if err != nil {
			good = false
			fmt.Printf("%s: refused: %v\n", part, err)
			return
		}
		fmt.Printf("%s: ok\n", part)
	}
	signed, err := openCheckpoint(given.Checkpoint, given.VerifierKey)
	report("checkpoint", err)
	if err != nil {
		return false
	}
	for number, item := range given.Included {
		report(fmt.Sprintf("included %d", number), checkIncluded(item, signed))
	}
	for number, item := range given.Consistent {
		report(fmt.Sprintf("consistent %d", number), checkConsistent(item, signed))
	}
	if given.WholeLedger != nil {
		report("whole ledger", checkWholeLedger(*given.WholeLedger, signed))
	}
	return good
}

// openCheckpoint returns the checkpoint of a note that the key has signed, in the form of C2SP
// tlog-checkpoint. The tlog package parses only the Go checksum database's own first line.
func openCheckpoint(signed, verifierKey string) (checkpoint, error) {
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return checkpoint{}, err
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || strings.Contains(opened.Text, "\n\n") {
		return checkpoint{}, errors.New("the text is not origin, size and root, a line each")
	}
	if lines[0] != verifier.Name() {
		return checkpoint{}, errors.New("the origin is not the name of the key")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return checkpoint{}, errors.New("the size is not a whole number without leading zeros")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return checkpoint{}, err
	}
	return checkpoint{size, root}, nil
}

func checkIncluded(item included, signed checkpoint) error {
	proof, err := parseHashes(item.Proof)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(item.Entry)
	return tlog.CheckRecord(proof, signed.size, signed.root, item.Index, leaf)
}

func checkConsistent(item consistent, signed checkpoint) error {
	proof, err := parseHashes(item.Proof)
	if err != nil {
		return err
	}
	old, err := parseHashes([]string{item.OldRoot})
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, signed.size, signed.root, item.OldSize, old[0])
}

// checkWholeLedger builds the tree anew from every entry.
func checkWholeLedger(entries [][]byte, signed checkpoint) error {
	if int64(len(entries)) != signed.size {
		return fmt.Errorf("%d entries for a checkpoint of size %d", len(entries), signed.size)
	}
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for place, index := range indexes {
			hashes[place] = stored[index]
		}
		return hashes, nil
	})
	for index, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(index), entry, read)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(signed.size, read)
	if err != nil {
		return err
	}
	if !bytes.Equal(root[:], signed.root[:]) {
		return fmt.Errorf("the entries lead to the root %s", base64.StdEncoding.EncodeToString(root[:]))
	}
	return nil
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(texts))
	for place, text := range texts {
		decoded, err := hex.DecodeString(text)
		if err != nil || len(decoded) != tlog.HashSize {
			return nil, errors.New("a hash is 64 hexadecimal digits")
		}
		copy(hashes[place][:], decoded)
	}
	return hashes, nil
}
