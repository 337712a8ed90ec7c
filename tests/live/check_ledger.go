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
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type job struct {
	VerifierKey string       `json:"verifier_key"`
	Checkpoint  string       `json:"checkpoint"`   // signed note
	Witnesses   []string     `json:"witnesses"`    // keys, each of which must have cosigned
	Tiles       string       `json:"tiles"`        // prefix of a tiled ledger, or ""
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
	for number, vkey := range given.Witnesses {
		report(fmt.Sprintf("witness %d", number), checkCosigned(given.Checkpoint, vkey))
	}
	if given.Tiles != "" {
		report("tiles", checkTiles(given.Tiles, signed))
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

// witness verifies C2SP cosignature/v1 lines, which are of another type than a note's own.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(signature)
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
	return ed25519.Verify(w.key, message, signature[8:])
}

// checkCosigned opens the note as one signed by the witness: note.Open refuses one that is not.
func checkCosigned(signed, vkey string) error {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return errors.New("the witness's key is not NAME+ID+BASE64")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return errors.New("the witness's key is not of type 4")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return errors.New("the id of the witness's key does not fit it")
	}
	_, err = note.Open([]byte(signed), note.VerifierList(witness{parts[0], hash, key[1:]}))
	return err
}

// tiles reads a ledger's hash tiles over HTTP, in the paths of C2SP tlog-tiles.
type tiles string

func (prefix tiles) Height() int                     { return 8 }
func (prefix tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (prefix tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(wanted))
	for place, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := get(string(prefix) + "/" + path)
		if err != nil {
			return nil, err
		}
		read[place] = data
	}
	return read, nil
}

// checkTiles reads every entry from the bundles and its hash from the tiles. tlog.TileHashReader
// refuses a tile that does not lead to the checkpoint's root.
func checkTiles(prefix string, signed checkpoint) error {
	reader := tlog.TileHashReader(tlog.Tree{N: signed.size, Hash: signed.root}, tiles(prefix))
	for first := int64(0); first < signed.size; first += 256 {
		width := signed.size - first
		if width > 256 {
			width = 256
		}
		bundle := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)}
		path := strings.Replace(bundle.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := get(prefix + "/" + path)
		if err != nil {
			return err
		}
		indexes := make([]int64, width)
		for place := range indexes {
			indexes[place] = tlog.StoredHashIndex(0, first+int64(place))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for place := range hashes {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s ends within an entry", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			if tlog.RecordHash(data[2:end]) != hashes[place] {
				return fmt.Errorf("entry %d is not what its hash is of", first+int64(place))
			}
			data = data[end:]
		}
		if len(data) != 0 {
			return fmt.Errorf("%s goes on after its last entry", path)
		}
	}
	return nil
}

func get(url string) ([]byte, error) {
	client := http.Client{Transport: &http.Transport{Proxy: nil}}
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
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
