// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LedgerEntries} from "../LedgerEntries.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {ICheats} from "./ICheats.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Every function of which there are two: sent by the one who decides, or signed and sent by anyone.
contract SignedTwinsTest is Fixture {
    /// @dev target: the contract; members: type hash and members, as signed; direct: data of the plain call.
    struct Twin {
        address target;
        string signature;
        bytes members;
        bytes direct;
        bytes arguments;
    }

    bytes32 private constant NEW = keccak256("new resource");
    bytes32 private constant SECOND = keccak256("second resource");
    uint256 private constant NONCE = 0x1234567;
    string private constant REGISTRATION = "(bytes32,bytes32,bytes32,uint8,bytes32,bytes32)";
    string private constant AUTHORIZATION = "(address,uint256,uint64,bytes)";
    string private constant LAST = "address signer,uint256 nonce,uint64 deadline)";

    bytes32 private _grant;
    bytes32 private _cohort;

    function setUp() public override {
        super.setUp();
        _register(DIGEST);
        _register(SECOND);
        _grant = _issue(0, 1);
        vm.warp(START + 1);
        vm.prank(REGISTRAR);
        _cohort = _grants.grantCohort(_statedCohort(0));
        bytes32 leaf = Rfc6962.leafHash(LedgerEntries.accepted(NEW, STEWARD, _license, 0x55, NEW, METADATA, START));
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, 1, leaf, new bytes32[](0));
    }

    function test_a_signed_call_does_what_the_direct_one_does() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            vm.recordLogs();
            vm.prank(REGISTRAR);
            _checkAccepted(all[i], all[i].direct);
            bytes32 expected = _logsHash(all[i].target);
            vm.revertToState(state);
            vm.recordLogs();
            vm.prank(STRANGER);
            _checkAccepted(all[i], _signed(all[i], REGISTRAR_KEY, 1 hours));
            vm.assertEq(_logsHash(all[i].target), expected, all[i].signature);
            vm.revertToState(state);
        }
    }

    function test_the_relayer_has_no_right_of_its_own() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            vm.prank(STRANGER);
            bytes memory refusal = _checkRefused(all[i], all[i].direct);
            _checkNoRight(all[i], refusal, STRANGER);
        }
    }

    function test_a_signature_gives_its_signer_no_right() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            bytes memory refusal = _checkRefused(all[i], _signed(all[i], OTHER_REGISTRAR_KEY, 1 hours));
            _checkNoRight(all[i], refusal, OTHER_REGISTRAR);
        }
    }

    function test_a_signed_call_counts_once_and_in_its_time() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            bytes memory call = _signed(all[i], REGISTRAR_KEY, 1 hours);
            _checkAccepted(all[i], call);
            bytes memory refusal = _checkRefused(all[i], call);
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IIntentNonces.NonceAlreadyUsed.selector), all[i].signature);
            vm.revertToState(state);
            vm.warp(block.timestamp + 1 hours + 1);
            refusal = _checkRefused(all[i], call);
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(ISignedIntents.IntentExpired.selector), all[i].signature);
            vm.revertToState(state);
        }
    }

    /// @dev Changes a bit in each word of each call. Nothing is done, or the very same: an empty proof, which is not
    /// signed, may stand elsewhere in the calldata.
    function testFuzz_nothing_of_a_signed_call_can_be_changed(uint8 bit) public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            bytes memory call = _signed(all[i], REGISTRAR_KEY, 1 hours);
            vm.recordLogs();
            _checkAccepted(all[i], call);
            bytes32 expected = _logsHash(all[i].target);
            vm.revertToState(state);
            // The last word holds the last byte of the signature, and padding after it.
            for (uint256 word = 4; word + 32 < call.length; word += 32) {
                uint256 place = word + bit / 8;
                bytes1 mask = bytes1(uint8(1 << (bit % 8)));
                call[place] ^= mask;
                // solhint-disable-next-line avoid-low-level-calls
                (bool done, ) = all[i].target.call(call);
                if (done) {
                    vm.assertEq(_logsHash(all[i].target), expected, all[i].signature);
                    vm.revertToState(state);
                }
                call[place] ^= mask;
            }
        }
    }

    function test_a_signature_is_for_one_contract() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            IIntentNonces.Authorization memory given = _authorized(
                all[i].target == address(_grants) ? ISignedIntents(_resources) : ISignedIntents(_grants),
                REGISTRAR_KEY,
                all[i].members,
                NONCE
            );
            bytes memory refusal = _checkRefused(all[i], _call(all[i], given));
            bytes memory expected = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, REGISTRAR);
            vm.assertEq(keccak256(refusal), keccak256(expected), all[i].signature);
        }
    }

    function _twins() private view returns (Twin[] memory all) {
        Twin[5] memory resources = _resourceTwins();
        Twin[7] memory grants = _grantTwins();
        all = new Twin[](12);
        for (uint256 i = 0; i < 5; ++i) {
            all[i] = resources[i];
            all[i].target = address(_resources);
        }
        for (uint256 i = 0; i < 7; ++i) {
            all[5 + i] = i == 6 ? _manyTwin() : grants[i];
            all[5 + i].target = i == 6 ? address(_resources) : address(_grants);
        }
    }

    function _resourceTwins() private view returns (Twin[5] memory twins) {
        IResourceRegistry.Registration memory stated = _stated(NEW);
        twins[0].signature = string.concat("registerBySignature(", REGISTRATION);
        twins[0].members = _registerMembers(stated);
        twins[0].direct = abi.encodeCall(IResourceRegistry.register, (stated));
        twins[0].arguments = abi.encode(stated);

        IResourceRegistry.EntryProof memory proof;
        (proof.ledger, proof.size, proof.at) = (LEDGER, 1, START);
        twins[1].signature = string.concat(
            "registerProvenBySignature(",
            REGISTRATION,
            ",(bytes32,uint64,uint64,uint64,bytes32[])"
        );
        twins[1].members = bytes.concat(
            keccak256(
                bytes.concat(
                    "RegisterProven(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,",
                    "bytes32 metadata,bytes32 ledger,uint64 index,",
                    bytes(LAST)
                )
            ),
            abi.encode(stated, LEDGER, uint64(0))
        );
        twins[1].direct = abi.encodeCall(IResourceRegistry.registerProven, (stated, proof));
        twins[1].arguments = abi.encode(stated, proof);

        twins[2].signature = "supersedeBySignature(bytes32,bytes32,bytes32,uint8";
        twins[2].arguments = abi.encode(DIGEST, STEWARD, SECOND, uint8(2));
        twins[2].members = _flat(
            "Supersede(bytes32 digest,bytes32 steward,bytes32 successor,uint8 relation,",
            twins[2]
        );
        twins[2].direct = abi.encodeCall(IResourceRegistry.supersede, (DIGEST, STEWARD, SECOND, 2));

        twins[3].signature = "declareRenditionBySignature(bytes32,bytes32,bytes32";
        twins[3].arguments = abi.encode(DIGEST, STEWARD, SECOND);
        twins[3].members = _flat("DeclareRendition(bytes32 digest,bytes32 steward,bytes32 original,", twins[3]);
        twins[3].direct = abi.encodeCall(IResourceRegistry.declareRendition, (DIGEST, STEWARD, SECOND));

        twins[4].signature = "withdrawBySignature(bytes32,bytes32,uint8";
        twins[4].arguments = abi.encode(DIGEST, STEWARD, uint8(3));
        twins[4].members = _flat("Withdraw(bytes32 digest,bytes32 steward,uint8 reason,", twins[4]);
        twins[4].direct = abi.encodeCall(IResourceRegistry.withdraw, (DIGEST, STEWARD, 3));
    }

    function _manyTwin() private view returns (Twin memory twin) {
        IResourceRegistry.Registration[] memory batch = new IResourceRegistry.Registration[](2);
        batch[0] = _stated(NEW);
        batch[1] = _stated(keccak256("another new resource"));
        bytes memory one =
            "Registration(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,"
            "bytes32 cidDigest,bytes32 metadata)";
        bytes32 typehash = keccak256(one);
        bytes32 hashes = keccak256(
            abi.encodePacked(keccak256(abi.encode(typehash, batch[0])), keccak256(abi.encode(typehash, batch[1])))
        );
        twin.signature = string.concat("registerManyBySignature(", REGISTRATION, "[]");
        twin.members = abi.encode(
            keccak256(bytes.concat("RegisterMany(Registration[] registrations,", bytes(LAST), one)),
            hashes
        );
        twin.direct = abi.encodeCall(IResourceRegistry.registerMany, (batch));
        twin.arguments = abi.encode(batch);
    }

    function _grantTwins() private view returns (Twin[7] memory twins) {
        IAccessGrants.Grant memory stated = _statedGrant(1, 1);
        uint64 until = START + LOAN;
        twins[0].signature = "issueBySignature((bytes32,bytes32,uint32,uint24,bytes32,uint16),uint64";
        twins[0].members = _issueMembers(stated, until);
        twins[0].direct = abi.encodeCall(IAccessGrants.issue, (stated, until));
        twins[0].arguments = abi.encode(stated, until);

        twins[1].signature = "renewBySignature(bytes32,bytes32,uint32,bytes32,uint64";
        twins[1].arguments = abi.encode(DIGEST, STEWARD, uint32(0), _grant, until + 1);
        twins[1].members = _flat(
            "RenewGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,uint64 until,",
            twins[1]
        );
        twins[1].direct = abi.encodeCall(IAccessGrants.renew, (DIGEST, STEWARD, 0, _grant, until + 1));

        bytes memory held = abi.encode(DIGEST, STEWARD, uint32(0), _grant);
        twins[2].signature = "giveBackBySignature(bytes32,bytes32,uint32,bytes32";
        twins[2].arguments = held;
        twins[2].members = _flat("ReturnGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,", twins[2]);
        twins[2].direct = abi.encodeCall(IAccessGrants.giveBack, (DIGEST, STEWARD, 0, _grant));

        twins[3].signature = "revokeBySignature(bytes32,bytes32,uint32,bytes32";
        twins[3].arguments = held;
        twins[3].members = _flat("RevokeGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,", twins[3]);
        twins[3].direct = abi.encodeCall(IAccessGrants.revoke, (DIGEST, STEWARD, 0, _grant));

        string memory cohort = "(bytes32,bytes32,bytes32,uint64,uint16,uint64,bytes32)";
        twins[4].signature = string.concat("grantCohortBySignature(", cohort);
        twins[4].arguments = abi.encode(_statedCohort(SALT));
        twins[4].members = _flat(
            "GrantCohort(bytes32 digest,bytes32 steward,bytes32 root,uint64 size,uint16 scopes,uint64 until,bytes32 salt,",
            twins[4]
        );
        twins[4].direct = abi.encodeCall(IAccessGrants.grantCohort, (_statedCohort(SALT)));

        twins[5].signature = string.concat("closeCohortBySignature(", cohort);
        twins[5].arguments = abi.encode(_statedCohort(0));
        twins[5].members = abi.encode(keccak256(bytes.concat("CloseCohort(bytes32 cohort,", bytes(LAST))), _cohort);
        twins[5].direct = abi.encodeCall(IAccessGrants.closeCohort, (_statedCohort(0)));
    }

    function _statedCohort(bytes32 salt) private pure returns (IAccessGrants.Cohort memory) {
        return
            IAccessGrants.Cohort({
                digest: DIGEST,
                steward: STEWARD,
                root: METADATA,
                size: 9,
                scopes: 1,
                until: START + LOAN,
                salt: salt
            });
    }

    /// @dev What is signed where the members are the arguments, one word each.
    function _flat(string memory kind, Twin memory twin) private pure returns (bytes memory) {
        return bytes.concat(keccak256(bytes.concat(bytes(kind), bytes(LAST))), twin.arguments);
    }

    function _signed(Twin memory twin, uint256 key, uint64 ahead) private view returns (bytes memory) {
        IIntentNonces.Authorization memory given;
        given.signer = vm.addr(key);
        given.nonce = NONCE;
        given.deadline = uint64(block.timestamp) + ahead;
        bytes32 structHash = keccak256(
            bytes.concat(twin.members, abi.encode(given.signer, given.nonce, given.deadline))
        );
        given.signature = _signFor(ISignedIntents(twin.target), key, structHash);
        return _call(twin, given);
    }

    /// @dev The arguments are encoded anew with one more, whose place comes after theirs.
    function _call(Twin memory twin, IIntentNonces.Authorization memory given) private pure returns (bytes memory) {
        bytes4 selector = bytes4(keccak256(bytes(string.concat(twin.signature, ",", AUTHORIZATION, ")"))));
        bytes memory head = twin.arguments;
        bytes memory tail = abi.encode(given);
        uint256 heads = _staticWords(twin.signature);
        // Each offset grows by the word that the new argument takes in the head.
        bytes memory data = new bytes(0);
        for (uint256 i = 0; i < head.length / 32; ++i) {
            uint256 word = _word(head, i);
            if (i == heads) {
                data = bytes.concat(data, bytes32(head.length + 32));
            }
            data = bytes.concat(data, bytes32(_isOffset(twin.signature, i) ? word + 32 : word));
        }
        if (heads == head.length / 32) {
            data = bytes.concat(data, bytes32(head.length + 32));
        }
        bytes memory body = new bytes(tail.length - 32);
        for (uint256 i = 0; i < body.length; ++i) {
            body[i] = tail[i + 32];
        }
        return bytes.concat(selector, data, body);
    }

    /// @dev How many words the head of the arguments has.
    function _staticWords(string memory signature) private pure returns (uint256) {
        if (_starts(signature, "registerMany")) {
            return 1;
        }
        uint256 commas = 1;
        for (uint256 i = 0; i < bytes(signature).length; ++i) {
            if (bytes(signature)[i] == ",") {
                ++commas;
            }
        }
        return _starts(signature, "registerProven") ? 7 : commas;
    }

    function _isOffset(string memory signature, uint256 i) private pure returns (bool) {
        return (_starts(signature, "registerMany") && i == 0) || (_starts(signature, "registerProven") && i == 6);
    }

    function _starts(string memory text, string memory start) private pure returns (bool) {
        for (uint256 i = 0; i < bytes(start).length; ++i) {
            if (bytes(text)[i] != bytes(start)[i]) {
                return false;
            }
        }
        return true;
    }

    function _word(bytes memory data, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(data, add(32, mul(i, 32))))
        }
    }

    function _checkAccepted(Twin memory twin, bytes memory data) private {
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = twin.target.call(data);
        vm.assertTrue(done, twin.signature);
    }

    function _checkRefused(Twin memory twin, bytes memory data) private returns (bytes memory refusal) {
        bool done;
        // solhint-disable-next-line avoid-low-level-calls
        (done, refusal) = twin.target.call(data);
        vm.assertFalse(done, twin.signature);
    }

    function _checkNoRight(Twin memory twin, bytes memory refusal, address account) private pure {
        bytes32 expected = keccak256(
            abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, account)
        );
        bytes32 orElse = keccak256(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, STEWARD, account));
        vm.assertTrue(keccak256(refusal) == expected || keccak256(refusal) == orElse, twin.signature);
    }

    function _logsHash(address target) private returns (bytes32) {
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        vm.assertGt(logs.length, 0, "logs");
        return _fold(0, logs, target);
    }
}
