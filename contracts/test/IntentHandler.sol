// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ResourceRegistry} from "../ResourceRegistry.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Signing} from "./Signing.sol";

/// @title Sends intents of two registrars at random, good ones and every kind of bad one, and keeps a model of the nonces
/// @notice It foresees each refusal, so that no call reverts unforeseen.
contract IntentHandler is Signing {
    /// @notice How many kinds of wrong there are, tried in turn.
    uint256 public constant WRONGS = 12;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    /// @dev An intent that was carried out.
    struct Sent {
        IResourceRegistry.Registration stated;
        IIntentNonces.Authorization authorization;
        bool isOnFork;
    }

    ResourceRegistry public immutable RESOURCES;
    bytes32 private immutable LICENSE;

    uint256[2] private _keys;
    bytes32[2] private _stewards;
    Sent[] private _sent;
    uint256 private _wrongs;

    bytes32 public accumulatorSeen;
    mapping(address signer => mapping(uint256 word => uint256 bits)) public usedNonces;

    /// @notice How often each thing was done, and how often it was refused.
    mapping(string what => uint256 times) public done;
    mapping(string what => uint256 times) public refused;

    constructor(ResourceRegistry resources, bytes32 license, bytes32[2] memory stewards, uint256[2] memory keys) {
        RESOURCES = resources;
        LICENSE = license;
        _stewards = stewards;
        _keys = keys;
        accumulatorSeen = resources.accumulator();
    }

    modifier counting() {
        vm.recordLogs();
        _;
        accumulatorSeen = _fold(accumulatorSeen, vm.getRecordedLogs(), address(RESOURCES));
    }

    function sendGood(uint256 who, uint256 nonce, uint256 ahead, address relayer) external counting {
        who = who % 2;
        IResourceRegistry.Registration memory stated = _fresh(who);
        uint64 deadline = uint64(block.timestamp + _bound(ahead, 0, 24 hours));
        IIntentNonces.Authorization memory given = _given(who, _nonceOf(nonce), deadline);
        given.signature = _sign(_keys[who], _digestOf(_domainOf(RESOURCES), stated, given));
        bytes memory refusal;
        if (_isUsed(given.signer, given.nonce)) {
            refusal = _used(given);
        } else {
            _use(given.signer, given.nonce);
            _sent.push(Sent({stated: stated, authorization: given, isOnFork: false}));
        }
        _send("sendGood", relayer, stated, given, refusal);
    }

    /// @dev An intent that is good but for one thing. Its nonce is not used by it.
    function sendWrong(uint256 who, uint256 nonce, address relayer) external counting {
        who = who % 2;
        uint256 how = _wrongs % WRONGS;
        ++_wrongs;
        IResourceRegistry.Registration memory stated = _fresh(who);
        uint64 now_ = uint64(block.timestamp);
        IIntentNonces.Authorization memory given = _given(who, _nonceOf(nonce), now_);
        bytes memory refusal = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, given.signer);
        if (how == 0) {
            given.deadline = now_ - 1;
            refusal = abi.encodeWithSelector(ISignedIntents.IntentExpired.selector, now_ - 1, now_);
        } else if (how == 1) {
            given.deadline = now_ + 24 hours + 1;
            refusal = abi.encodeWithSelector(
                ISignedIntents.IntentDeadlineTooFar.selector,
                given.deadline,
                now_ + 24 hours
            );
        }
        Domain memory domain = _wrongDomain(how);
        given.signature = _wrongSignature(how, _keys[who], _digestOf(domain, stated, given));
        _send("sendWrong", relayer, stated, given, refusal);
    }

    /// @dev The chain forks for a moment: what was signed for the old one is refused, and what is signed for the new one
    /// is carried out.
    function sendAfterFork(uint256 who, uint256 nonce, uint64 chainId, address relayer) external counting {
        who = who % 2;
        IResourceRegistry.Registration memory stated = _fresh(who);
        IIntentNonces.Authorization memory given = _given(who, _nonceOf(nonce), uint64(block.timestamp));
        Domain memory before = _domainOf(RESOURCES);
        if (chainId == 0 || chainId == before.chainId || _isUsed(given.signer, given.nonce)) {
            return;
        }
        vm.chainId(chainId);
        given.signature = _sign(_keys[who], _digestOf(before, stated, given));
        bytes memory refusal = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, given.signer);
        _send("sendAfterFork", relayer, stated, given, refusal);
        given.signature = _sign(_keys[who], _digestOf(_domainOf(RESOURCES), stated, given));
        _use(given.signer, given.nonce);
        _sent.push(Sent({stated: stated, authorization: given, isOnFork: true}));
        _send("sendAfterFork", relayer, stated, given, "");
        vm.chainId(before.chainId);
    }

    /// @dev A good intent to do what cannot be done: its steward has registered the resource. Its nonce stays good.
    function sendInVain(uint256 which, uint256 nonce, address relayer) external counting {
        if (_sent.length == 0) {
            return;
        }
        IResourceRegistry.Registration memory stated = _sent[which % _sent.length].stated;
        uint256 who = stated.steward == _stewards[0] ? 0 : 1;
        IIntentNonces.Authorization memory given = _given(who, _nonceOf(nonce), uint64(block.timestamp));
        given.signature = _sign(_keys[who], _digestOf(_domainOf(RESOURCES), stated, given));
        bytes memory refusal = abi.encodeWithSelector(
            IResourceRegistry.ResourceAlreadyRegistered.selector,
            stated.digest,
            stated.steward
        );
        if (_isUsed(given.signer, given.nonce)) {
            refusal = _used(given);
        }
        _send("sendInVain", relayer, stated, given, refusal);
    }

    function replay(uint256 which, address relayer) external counting {
        if (_sent.length == 0) {
            return;
        }
        Sent memory sent = _sent[which % _sent.length];
        uint64 deadline = sent.authorization.deadline;
        bytes memory refusal = _used(sent.authorization);
        if (deadline < block.timestamp) {
            refusal = abi.encodeWithSelector(ISignedIntents.IntentExpired.selector, deadline, uint64(block.timestamp));
        } else if (sent.isOnFork) {
            refusal = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, sent.authorization.signer);
        }
        _send("replay", relayer, sent.stated, sent.authorization, refusal);
    }

    /// @dev Anyone takes back a nonce of his own, and only that.
    function invalidate(uint256 who, uint256 nonce, address stranger) external counting {
        address caller = who % 4 == 0 ? stranger : vm.addr(_keys[who % 2]);
        nonce = _nonceOf(nonce);
        if (_isUsed(caller, nonce)) {
            ++refused["invalidate"];
            vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, caller, nonce));
        } else {
            ++done["invalidate"];
            _use(caller, nonce);
        }
        vm.prank(caller);
        RESOURCES.invalidateNonce(nonce);
    }

    function letTimePass(uint256 time) external {
        ++done["letTimePass"];
        vm.warp(block.timestamp + _bound(time, 1, 2 hours));
    }

    function allSent() external view returns (Sent[] memory) {
        return _sent;
    }

    /// @dev The nonces lie around the border of two words, and at the end of the last one. They are so few that used
    /// ones are met often.
    function _nonceOf(uint256 seed) private pure returns (uint256) {
        seed = uint256(keccak256(abi.encode(seed))) % 32;
        return seed < 28 ? 242 + seed : type(uint256).max - (seed - 28);
    }

    function _fresh(uint256 who) private view returns (IResourceRegistry.Registration memory) {
        bytes32 digest = keccak256(abi.encode("sent", _sent.length));
        return
            IResourceRegistry.Registration({
                digest: digest,
                steward: _stewards[who],
                license: LICENSE,
                cidCodec: 0x55,
                cidDigest: digest,
                metadata: 0
            });
    }

    function _given(
        uint256 who,
        uint256 nonce,
        uint64 deadline
    ) private view returns (IIntentNonces.Authorization memory given) {
        (given.signer, given.nonce, given.deadline) = (vm.addr(_keys[who]), nonce, deadline);
    }

    function _wrongDomain(uint256 how) private view returns (Domain memory domain) {
        domain = _domainOf(RESOURCES);
        if (how == 2) {
            domain.name = "Muhr AccessGrants";
        } else if (how == 3) {
            domain.version = "2";
        } else if (how == 4) {
            ++domain.chainId;
        } else if (how == 5) {
            domain.verifyingContract = address(this);
        } else if (how == 6) {
            domain.salt = ~domain.salt;
        }
    }

    function _wrongSignature(uint256 how, uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(how == 7 ? key + 1 : key, digest);
        if (how == 8) {
            return abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? 28 : 27);
        }
        if (how == 9) {
            return abi.encodePacked(r, s, v - 27);
        }
        if (how == 10) {
            return abi.encodePacked(r, s, v, uint8(0));
        }
        return how == 11 ? abi.encodePacked(r, s) : abi.encodePacked(r, s, v);
    }

    function _digestOf(
        Domain memory domain,
        IResourceRegistry.Registration memory stated,
        IIntentNonces.Authorization memory given
    ) private pure returns (bytes32) {
        bytes memory last = abi.encode(given.signer, given.nonce, given.deadline);
        return _typedDigest(domain, keccak256(bytes.concat(_registerMembers(stated), last)));
    }

    function _send(
        string memory what,
        address relayer,
        IResourceRegistry.Registration memory stated,
        IIntentNonces.Authorization memory given,
        bytes memory refusal
    ) private {
        if (refusal.length == 0) {
            ++done[what];
        } else {
            ++refused[what];
            vm.expectRevert(refusal);
        }
        vm.prank(relayer);
        RESOURCES.registerBySignature(stated, given);
    }

    function _use(address signer, uint256 nonce) private {
        usedNonces[signer][nonce / 256] += 1 << (nonce % 256);
    }

    function _isUsed(address signer, uint256 nonce) private view returns (bool) {
        return (usedNonces[signer][nonce / 256] >> (nonce % 256)) % 2 == 1;
    }

    function _used(IIntentNonces.Authorization memory given) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, given.signer, given.nonce);
    }
}
