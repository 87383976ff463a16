// The packages note and tlog of golang.org/x/mod, as they come with a Go toolchain, on a static copy of a log: they
// open its checkpoint, read its tiles, and make and check proofs. What they made goes to the caller, who checks it too.
//
//	peer FOLDER VKEY SEED
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"peer/note"
	"peer/tlog"
)

const height = 8 // tlog-tiles has tiles of 256 hashes
const pairs = 400

var folder string

func main() {
	log.SetFlags(0)
	seed, err := strconv.ParseInt(os.Args[3], 10, 64)
	must(err)
	folder = os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	message, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	opened, err := note.Open(message, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	tree := tlog.Tree{N: size, Hash: root}
	hashes := tlog.TileHashReader(tree, reader{})
	whole, err := tlog.TreeHash(size, hashes)
	must(err)
	if whole != root {
		log.Fatalf("the tiles give the root %v", whole)
	}
	fmt.Printf("checkpoint %s %d %s\n", opened.Sigs[0].Name, size, root)
	entries(size, hashes)
	proofs(size, hashes, rand.New(rand.NewSource(seed)))
	own(opened.Text)
}

// Every entry of the bundles has the hash that the tiles have.
func entries(size int64, hashes tlog.HashReader) {
	for n := int64(0); n*256 < size; n++ {
		width := int(min(256, size-n*256))
		bundle, err := os.ReadFile(filepath.Join(folder, layout("entries", n, width)))
		must(err)
		for i := 0; i < width; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2 : 2+length])
			bundle = bundle[2+length:]
			held, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n*256+int64(i))})
			must(err)
			if held[0] != leaf {
				log.Fatalf("entry %d has another hash", n*256+int64(i))
			}
		}
		if len(bundle) != 0 {
			log.Fatalf("bundle %d is longer than its entries", n)
		}
	}
	fmt.Printf("entries %d\n", size)
}

func proofs(size int64, hashes tlog.HashReader, random *rand.Rand) {
	for i := 0; i < pairs; i++ {
		t := 1 + random.Int63n(size)
		n := random.Int63n(t)
		root, err := tlog.TreeHash(t, hashes)
		must(err)
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		must(err)
		inclusion, err := tlog.ProveRecord(t, n, hashes)
		must(err)
		must(tlog.CheckRecord(inclusion, t, root, n, leaf[0]))
		fmt.Printf("record %d %d %v %v%s\n", n, t, leaf[0], root, join(inclusion))
		old, err := tlog.TreeHash(n+1, hashes)
		must(err)
		consistency, err := tlog.ProveTree(t, n+1, hashes)
		must(err)
		must(tlog.CheckTree(consistency, t, root, n+1, old))
		fmt.Printf("tree %d %d %v %v%s\n", n+1, t, old, root, join(consistency))
	}
}

// A key of Go's own signs the checkpoint's text: as a log, and by hand as a witness of tlog-cosignature.
func own(text string) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	secret, vkey, err := note.GenerateKey(bytes.NewReader(key.Seed()), "go.example/log")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	name, public := "go.example/witness", key.Public().(ed25519.PublicKey)
	id := sha256.Sum256(append([]byte(name+"\n\x04"), public...))
	time := uint64(1_768_000_000)
	line := binary.BigEndian.AppendUint64(append([]byte{}, id[:4]...), time)
	line = append(line, ed25519.Sign(key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)))...)
	signed = append(signed, fmt.Sprintf("\u2014 %s %s\n", name, base64.StdEncoding.EncodeToString(line))...)
	cosigner := fmt.Sprintf("%s+%x+%s", name, id[:4], base64.StdEncoding.EncodeToString(append([]byte{4}, public...)))
	fmt.Printf("note %s %s %s\n", vkey, cosigner, base64.StdEncoding.EncodeToString(signed))
}

// reader gives tiles of the layout of tlog-tiles: the one of package tlog with the height left out.
type reader struct{}

func (reader) Height() int { return height }

func (reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		theirs := strings.TrimPrefix(t.Path(), "tile/8/")
		ours := layout(strconv.Itoa(t.L), t.N, t.W)
		if "tile/"+theirs != ours {
			return nil, fmt.Errorf("tile %s", theirs)
		}
		data, err := os.ReadFile(filepath.Join(folder, ours))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (reader) SaveTiles([]tlog.Tile, [][]byte) {}

func layout(kind string, n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + kind + "/" + path
}

func join(hashes []tlog.Hash) string {
	text := ""
	for _, h := range hashes {
		text += " " + h.String()
	}
	return text
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
