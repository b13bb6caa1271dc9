package box

const MaxDepth = 4

type Box struct {
	items []int
}

func (b *Box) Put(item int) {
	b.items = append(b.items, item)
}

func (b *Box) Len() int {
	return len(b.items)
}

func Open(name string, mode int) *Box {
	return &Box{}
}

func reopen() *Box {
	return Open("a", 1)
}
