// The agreed week of week.py in the layout of week_kernels.py, as plain C++ for the compiler: the limit of this machine.
#include <algorithm>
#include <cstdint>

namespace {
constexpr int64_t BLOCK = 512, ROWS = 28, POST = 30;
constexpr float FIXED = 1 << 16;
enum Row { N0, N1, N2, N3, N4, W0, W1, W2, W3, W4, S, A, FOR, AGAINST, POINTS, CHURN, ETA, RATE, SPEND, PER_TIE,
           U0, U1, U2, U3, HEARD, MOOD, HERE, POSTED };

inline float unit(uint32_t word) { return float(int32_t(word >> 9)) * 0x1p-23f + 0x1p-24f; }

inline float power(float x) {
    float y = x * (1 / 32.f);
    float p = 1 + y * (1 + y * (1 / 2.f + y * (1 / 6.f + y * (1 / 24.f + y * (1 / 120.f)))));
    p *= p; p *= p; p *= p; p *= p;
    return p * p;
}

void draw(float* __restrict__ s, uint64_t first, uint64_t seed, uint64_t week) {
    for (int64_t lane = 0; lane < BLOCK; ++lane) {
        uint32_t x0 = uint32_t(first + lane), x1 = uint32_t(week), x2 = 0, x3 = 0;
        uint32_t k0 = uint32_t(seed), k1 = uint32_t(seed >> 32);
        for (int round = 0; round < 10; ++round) {
            uint64_t p0 = uint64_t(x0) * 0xD2511F53u, p1 = uint64_t(x2) * 0xCD9E8D57u;
            x0 = uint32_t(p1 >> 32) ^ x1 ^ k0; x1 = uint32_t(p1);
            x2 = uint32_t(p0 >> 32) ^ x3 ^ k1; x3 = uint32_t(p0);
            k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
        }
        s[U0 * BLOCK + lane] = unit(x0); s[U1 * BLOCK + lane] = unit(x1);
        s[U2 * BLOCK + lane] = unit(x2); s[U3 * BLOCK + lane] = unit(x3);
    }
}

void hear(float* __restrict__ s, int64_t here, const int32_t* __restrict__ shown, const int64_t* __restrict__ indptr,
          const int32_t* __restrict__ indices) {
    for (int64_t lane = 0; lane < here; ++lane) {
        int64_t total = 0;
        for (int64_t tie = indptr[lane]; tie < indptr[lane + 1]; ++tie) total += shown[indices[tie]];
        s[HEARD * BLOCK + lane] = float(std::min<int64_t>(total >> POST, 3));
        s[MOOD * BLOCK + lane] = float(total & ((int64_t(1) << POST) - 1)) * (1 / FIXED) * s[PER_TIE * BLOCK + lane];
    }
}

void feel(float* __restrict__ s, double* __restrict__ sums) {
    float posts = 0, orders = 0, revenue = 0, gone = 0, content = 0, trusting = 0, tiers = 0;
    for (int64_t i = 0; i < BLOCK; ++i) {
        auto at = [&](Row row) -> float& { return s[row * BLOCK + i]; };
        float n0 = at(N0), n1 = at(N1), n2 = at(N2), n3 = at(N3), n4 = at(N4);
        float satisfaction = at(S), aspiration = at(A), good = at(FOR), bad = at(AGAINST);
        float gap = satisfaction - aspiration, trust = good / (good + bad) - .6f;
        float drive = power(.5f * (gap + trust)), here = at(HERE);
        float posted = at(U0) < at(ETA) * drive ? here : 0.f;
        float bought = at(U1) < at(RATE) * drive ? here : 0.f;
        float failed = at(U2) < .08f ? here : 0.f;
        float stays = std::min(std::max(2 * gap + 1.5f * trust - at(CHURN), -12.f), 12.f);
        float left = at(U3) * (1 + power(stays)) < 1 ? here : 0.f, stay = 1 - left;
        float heard = at(HEARD), mood = at(MOOD);
        n0 += (1 - n0) * (.045f + .10f * bought) - .08f * n0;
        n1 += (1 - n1) * .05f - .08f * n1 - .30f * failed * n1;
        n2 += (1 - n2) * (.03f + .02f * heard) - .08f * n2;
        n3 += (1 - n3) * (.035f + .04f * heard * posted) - .08f * n3;
        n4 += (1 - n4) * (.045f + .05f * posted) - .08f * n4;
        satisfaction = at(W0) * n0 + at(W1) * n1 + at(W2) * n2 + at(W3) * n3 + at(W4) * n4;
        aspiration += .02f * (satisfaction - aspiration);
        good = .02f + .98f * good + .5f * bought * (1 - failed) + .03f * mood;
        bad = .05f + .98f * bad + .3f * failed - .03f * mood;
        float paid = at(SPEND) * bought, points = (.98f * at(POINTS) + paid) * stay, fresh = .4f * left;
        at(N0) = n0 * stay + fresh; at(N1) = n1 * stay + fresh; at(N2) = n2 * stay + fresh;
        at(N3) = n3 * stay + fresh; at(N4) = n4 * stay + fresh;
        satisfaction = satisfaction * stay + fresh;
        good = good * stay + 3 * left;
        bad = bad * stay + 2 * left;
        at(S) = satisfaction; at(A) = aspiration * stay + .38f * left;
        at(FOR) = good; at(AGAINST) = bad; at(POINTS) = points; at(POSTED) = posted * stay;
        posts += posted; orders += bought; revenue += paid; gone += left;
        content += satisfaction * here;
        trusting += good / (good + bad) * here;
        tiers += (points >= 50 ? 1.f : 0.f) + (points >= 150 ? 1.f : 0.f) + (points >= 400 ? 1.f : 0.f);
    }
    const float found[] = {posts, orders, revenue, gone, content, trusting, tiers};
    for (int place = 0; place < 7; ++place) sums[place] += found[place];
}
}  // namespace

extern "C" void live(float* state, const int32_t* shown, int32_t* showing, const int64_t* indptr, const int32_t* indices,
                     uint64_t seed, uint64_t week, int64_t people, double* sums) {
    for (int64_t first = 0; first < people; first += BLOCK, state += BLOCK * ROWS) {
        int64_t here = std::min(BLOCK, people - first);
        draw(state, uint64_t(first), seed, week);
        hear(state, here, shown, indptr + first, indices);
        feel(state, sums);
        for (int64_t lane = 0; lane < here; ++lane)
            showing[first + lane] = (int32_t(state[POSTED * BLOCK + lane]) << POST) + int32_t(state[S * BLOCK + lane] * FIXED);
    }
}
