/* Inflate (RFC 1951), from memory to memory: what Python's zlib has packed, unpacked with nothing but C.
 *
 * Codes are at most 15 bits long, so one table of 32,768 entries gives the symbol and the length for whatever bits come next.
 */
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#define LONGEST 15

typedef struct {
    const uint8_t *in, *end;
    uint64_t bits;
    int held; /* how many bits are in `bits` */
    uint8_t *out;
    size_t at, size;
} Inflating;

typedef uint16_t Codes[1 << LONGEST]; /* symbol << 4 | length; 0: no code begins so */

static void refill(Inflating *s)
{
    while (s->held <= 48 && s->in < s->end) {
        s->bits |= (uint64_t)*s->in++ << s->held;
        s->held += 8;
    }
}

/* The next `count` bits, at most 16; -1: the stream ends before. */
static int take(Inflating *s, int count)
{
    refill(s);
    if (s->held < count)
        return -1;
    int value = (int)(s->bits & ((1u << count) - 1));
    s->bits >>= count;
    s->held -= count;
    return value;
}

/* The table of a code that is given by the lengths of its words (section 3.2.2). */
static void build(Codes codes, const uint8_t *lengths, int symbols)
{
    int next[LONGEST + 2] = {0}, count[LONGEST + 1] = {0};
    for (int symbol = 0; symbol < symbols; symbol++)
        count[lengths[symbol]]++;
    count[0] = 0;
    for (int length = 1; length <= LONGEST; length++)
        next[length + 1] = (next[length] + count[length]) << 1;
    memset(codes, 0, sizeof(Codes));
    for (int symbol = 0; symbol < symbols; symbol++) {
        int length = lengths[symbol], reversed = 0;
        if (!length)
            continue;
        int word = next[length]++;
        for (int bit = 0; bit < length; bit++)
            reversed |= (word >> bit & 1) << (length - 1 - bit);
        for (int at = reversed; at < 1 << LONGEST; at += 1 << length)
            codes[at] = (uint16_t)(symbol << 4 | length);
    }
}

static int symbol_of(Inflating *s, const Codes codes)
{
    refill(s);
    int entry = codes[s->bits & ((1 << LONGEST) - 1)], length = entry & 15;
    if (!length || length > s->held)
        return -1;
    s->bits >>= length;
    s->held -= length;
    return entry >> 4;
}

/* The two codes of a block: fixed, or described in front of it (sections 3.2.6 and 3.2.7). Returns whether they are right. */
static int read_codes(Inflating *s, int fixed, Codes literals, Codes distances)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[288 + 32] = {0};
    if (fixed) {
        for (int i = 0; i < 288; i++)
            lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        build(literals, lengths, 288);
        memset(lengths, 5, 30);
        build(distances, lengths, 30);
        return 1;
    }
    int literal = take(s, 5) + 257, distance = take(s, 5) + 1, described = take(s, 4) + 4;
    if (literal > 286 || distance > 30 || literal < 257 || distance < 1 || described < 4)
        return 0;
    for (int i = 0; i < described; i++)
        lengths[order[i]] = (uint8_t)(take(s, 3) & 7);
    build(distances, lengths, 19);
    memset(lengths, 0, sizeof lengths);
    for (int i = 0; i < literal + distance;) {
        int symbol = symbol_of(s, distances);
        if (symbol < 0)
            return 0;
        if (symbol < 16) {
            lengths[i++] = (uint8_t)symbol;
            continue;
        }
        uint8_t again = 0;
        if (symbol == 16 && !i)
            return 0;
        if (symbol == 16)
            again = lengths[i - 1];
        int more = symbol == 16 ? take(s, 2) + 3 : symbol == 17 ? take(s, 3) + 3 : take(s, 7) + 11;
        if (i + more > literal + distance)
            return 0;
        while (more-- > 0)
            lengths[i++] = again;
    }
    build(literals, lengths, literal);
    build(distances, lengths + literal, distance);
    return 1;
}

/* A block that was not packed (section 3.2.4). */
static int copy_stored(Inflating *s)
{
    take(s, s->held & 7);
    int length = take(s, 16), inverted = take(s, 16);
    if (length < 0 || inverted != (~length & 0xffff) || s->at + (size_t)length > s->size)
        return 0;
    while (length-- > 0) {
        int byte = take(s, 8);
        if (byte < 0)
            return 0;
        s->out[s->at++] = (uint8_t)byte;
    }
    return 1;
}

/* The symbols of a block (section 3.2.5). */
static int copy_coded(Inflating *s, const Codes literals, const Codes distances)
{
    static const uint16_t length_from[29] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
                                             115, 131, 163, 195, 227, 258};
    static const uint8_t length_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const uint16_t back_from[30] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025,
                                           1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    for (;;) {
        int symbol = symbol_of(s, literals);
        if (symbol == 256)
            return 1;
        if (symbol < 0 || symbol > 285)
            return 0;
        if (symbol < 256) {
            if (s->at == s->size)
                return 0;
            s->out[s->at++] = (uint8_t)symbol;
            continue;
        }
        int length = length_from[symbol - 257] + take(s, length_bits[symbol - 257]);
        int place = symbol_of(s, distances);
        if (place < 0 || place > 29)
            return 0;
        size_t back = back_from[place] + (size_t)take(s, place < 2 ? 0 : place / 2 - 1);
        if (back > s->at || s->at + (size_t)length > s->size)
            return 0;
        for (; length > 0; length--, s->at++)
            s->out[s->at] = s->out[s->at - back];
    }
}

/* Unpack `packed` bytes into exactly `size`. Returns whether they were what they should be. */
static int inflate(const uint8_t *in, size_t packed, uint8_t *out, size_t size)
{
    static Codes literals, distances;
    Inflating s = {in, in + packed, 0, 0, out, 0, size};
    for (int last = 0; !last;) {
        last = take(&s, 1);
        int kind = take(&s, 2), right = 0;
        if (last < 0 || kind < 0)
            return 0;
        if (kind == 0)
            right = copy_stored(&s);
        else if (kind < 3)
            right = read_codes(&s, kind == 1, literals, distances) && copy_coded(&s, literals, distances);
        if (!right)
            return 0;
    }
    return s.at == size;
}
